/** A 64-bit integer as protobufjs gives it, as a number: exact up to 2^53. */
export function toNumber(value: unknown): number {
  return Number(String(value));
}
