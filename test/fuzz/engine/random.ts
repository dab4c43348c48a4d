/** Numbers that depend on nothing but the seed. */
export interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
}

/** @see https://en.wikipedia.org/wiki/Xorshift */
export function createRandom(seed: number): Random {
  // Zero would stay zero.
  let state = (Math.imul(seed, 2_654_435_761) ^ 0x9e3779b9) | 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let i = 0; i < 8; i++) next();
  const below = (limit: number): number => next() % Math.max(1, limit);
  return { below, pick: (from) => from[below(from.length)]! };
}
