import { LRUCache } from 'lru-cache';

/** How thin the sample of a shard's series is to be, as its last joins on this thread found. */
export interface SampleMasks {
  /** A mask of `federate/join/series-sampler.ts`. */
  start(shard: string): number;
  ended(shard: string, mask: number, sampled: number): void;
}

const maxShards = 10_000;
/** With fewer, the next sample is denser. */
const fewSeries = 32;

/** A join that begins with the mask it will end with does not pick series only to drop them. */
export function createSampleMasks(): SampleMasks {
  const masks = new LRUCache<string, number>({ max: maxShards });
  return {
    start: (shard) => masks.get(shard) ?? 0,
    ended: (shard, mask, sampled) => void masks.set(shard, sampled < fewSeries ? mask >>> 1 : mask),
  };
}
