import type { LabelSet } from '../../model/label-set.ts';

/** What the join did with one series that was asked for, and what it chose from. */
export interface SeriesDecision {
  readonly name: string;
  /** As they leave, without replica labels. */
  readonly labels: LabelSet;
  /** The replicas that have the series, the leader first, then in the order of the configuration. */
  readonly candidates: readonly SeriesCandidate[];
  /** Index of the replica whose sample was chosen; undefined where each replica's leaves. */
  readonly winner: number | undefined;
  /** Whether the winner leads. */
  readonly isLeaders: boolean;
  /** The sample leaves only if it is newer than this, Unix ms; -Infinity where nothing holds it back. */
  readonly thresholdMs: number;
  readonly isGiven: boolean;
}

export interface SeriesCandidate {
  readonly replica: number;
  /** Unix ms; NaN where the sample has none. */
  readonly timestampMs: number;
  /** As the replica wrote it. */
  readonly value: string;
}
