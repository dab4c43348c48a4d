const maxReads = 100;

export interface HedgeDelay {
  /** A read whose first byte came after `firstByteMs`; NaN (no byte came) is ignored. */
  observe(firstByteMs: number): void;
  /** The 95th percentile (nearest rank) over the last 100 reads, at least the configured minimum. */
  delayMs(): number;
  /** Changes the minimum. */
  configure(minHedgeDelayMs: number): void;
}

/** How long the replicas of a shard may usually take to answer, measured on their last reads. */
export function createHedgeDelay(initialMinMs: number): HedgeDelay {
  let minMs = initialMinMs;
  const recent = new Float64Array(maxReads);
  let observed = 0;
  return {
    observe(firstByteMs) {
      if (!(firstByteMs >= 0)) return;
      recent[observed % maxReads] = firstByteMs;
      observed++;
    },
    delayMs() {
      const sorted = recent.slice(0, Math.min(observed, maxReads)).sort();
      const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
      return Math.max(minMs, p95);
    },
    configure(minHedgeDelayMs) {
      minMs = minHedgeDelayMs;
    },
  };
}
