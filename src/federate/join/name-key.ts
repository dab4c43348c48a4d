import { NameHash } from './name-hash.ts';

const hash = new NameHash();

/** A 53-bit key of a metric family's name: a number that compares as such. */
export function nameKey(name: string): number {
  hash.read(name, name.length);
  return (hash.a >>> 0) * 2 ** 21 + (hash.b >>> 11);
}
