import { failedByItself } from './replica-memory.ts';
import type { ReplicaOutcome } from './shard-view.ts';

export interface Completeness {
  /** Takes in what one request saw of the replicas, in the order of the configuration. */
  observe(replicas: readonly ReplicaOutcome[], nowMs: number): void;
  /** The share (0 to 1) of the shard's series that a replica lacked in its last reads; 0 where nothing is known. */
  missingShare(replica: number): number;
  /** Series of the widest of the last requests, fading like the reads. */
  widest(nowMs: number): number;
}

interface Reads {
  missing: number;
  total: number;
  atMs: number;
}

/**
 * Which share of the series each replica lacked, over its last reads weighted by their series: a narrow request weighs little,
 * whatever it shows. What was read one `halfLifeMs` ago counts half.
 */
export function createCompleteness(halfLifeMs: number): Completeness {
  const reads = new Map<number, Reads>();
  let widest = 0;
  let widestAtMs = -Infinity;
  const fadingSince = (atMs: number, nowMs: number): number => 2 ** (-Math.max(0, nowMs - atMs) / halfLifeMs);
  const widestAt = (nowMs: number): number => widest * fadingSince(widestAtMs, nowMs);
  const add = (replica: number, { series, missing }: ReplicaOutcome, nowMs: number): void => {
    const before = reads.get(replica) ?? { missing: 0, total: 0, atMs: nowMs };
    const weight = fadingSince(before.atMs, nowMs);
    reads.set(replica, {
      missing: before.missing * weight + missing,
      total: before.total * weight + series + missing,
      atMs: nowMs,
    });
  };

  return {
    observe(replicas, nowMs) {
      for (const [index, replica] of replicas.entries()) {
        // What answers next may be another server.
        if (failedByItself(replica)) reads.delete(index);
        if (replica.result !== 'complete') continue;
        add(index, replica, nowMs);
        const total = replica.series + replica.missing;
        if (total < widestAt(nowMs)) continue;
        widest = total;
        widestAtMs = nowMs;
      }
    },
    missingShare(replica) {
      const { missing, total } = reads.get(replica) ?? { missing: 0, total: 0 };
      return total > 0 ? missing / total : 0;
    },
    widest: widestAt,
  };
}
