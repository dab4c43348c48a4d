/** What one query has cost so far; written by all that work for it. */
export interface QueryTally {
  /** Raw samples read, and what servers read for the parts that were pushed down to them. */
  samplesRead: number;
  /** Samples held at once, at most. */
  peakSamples: number;
  /** Bytes of replicas' answers, decompressed; a snappy block as it came. */
  upstreamBytes: number;
  /** Parts that shards evaluated, and such that had to be evaluated here in the end. */
  pushedParts: number;
  fallbackParts: number;
  /** What servers could not tell, in words for the client. */
  readonly limitations: Set<string>;
}

export function createQueryTally(): QueryTally {
  return { samplesRead: 0, peakSamples: 0, upstreamBytes: 0, pushedParts: 0, fallbackParts: 0, limitations: new Set() };
}
