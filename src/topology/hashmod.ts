import { createHash } from 'node:crypto';

/** Bytes of the digest that count, from its end. */
const countedFrom = 8;

/**
 * The remainder that `action: hashmod` of a relabelling gives for the values of its source labels, in their order.
 * `modulus` is at least 1.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
 */
export function hashmod(values: readonly string[], separator: string, modulus: number): number {
  const digest = createHash('md5').update(values.join(separator), 'utf8').digest();
  // Larger than a number can tell apart.
  return Number(digest.readBigUInt64BE(countedFrom) % BigInt(modulus));
}
