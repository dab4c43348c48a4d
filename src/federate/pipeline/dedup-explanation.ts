/** What `/federate` would do with series at one moment. Times are Unix seconds; null where there is none. */
export interface DedupExplanation {
  readonly shards: readonly ExplainedShardState[];
  readonly series: readonly ExplainedSeries[];
  /** Whether there is more than was explained. */
  readonly truncated: boolean;
}

export interface ExplainedShardState {
  readonly shard: string;
  /** Replica that led at the end of this read. */
  readonly leader: string;
  /** What samples have to be newer than since the last change of leader, where it is in force. */
  readonly watermark: number | null;
  /** Newest timestamp given out before. */
  readonly lastGiven: number | null;
  readonly replicas: readonly {
    readonly replica: string;
    /** `given up`: a limit of this explanation ended the read. */
    readonly result: 'complete' | 'failed' | 'dropped' | 'unused' | 'given up';
    readonly error?: string;
    readonly series: number;
    readonly newestSample: number | null;
  }[];
  /** Series that came twice from one replica: dropped. */
  readonly duplicates: number;
  /** Why the shard would be missing from an answer. */
  readonly error?: string;
}

export interface ExplainedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly shard: string;
  /**
   * `given` from the leader, `filled` from a follower, `suppressed`: not newer than what was given before, `duplicate`: another
   * shard gave it, `kept_apart`: each replica's leaves.
   */
  readonly outcome: 'given' | 'filled' | 'suppressed' | 'duplicate' | 'kept_apart';
  readonly reason: string;
  /** Replica whose sample was chosen. */
  readonly winner?: string;
  /** What its sample has to be newer than. */
  readonly newerThan: number | null;
  readonly candidates: readonly {
    readonly replica: string;
    readonly timestamp: number | null;
    /** As the replica wrote it. */
    readonly value: string;
  }[];
}

/** Unix ms as the API's seconds. */
export function toSeconds(timestampMs: number): number | null {
  return Number.isFinite(timestampMs) ? timestampMs / 1000 : null;
}

/** An explanation for a person with a terminal. */
export function dedupExplanationText({ shards, series, truncated }: DedupExplanation): string {
  const lines: string[] = [];
  for (const state of shards) {
    lines.push(`shard ${state.shard}: leader ${state.leader}, watermark ${timeText(state.watermark)}`);
    for (const { replica, result, error, series: count, newestSample } of state.replicas) {
      const what = error === undefined ? result : `${result}: ${error}`;
      lines.push(`  ${replica}: ${what}, ${count} series, newest sample ${timeText(newestSample)}`);
    }
    if (state.duplicates > 0) lines.push(`  ${state.duplicates} series came twice from one replica and were dropped`);
    if (state.error !== undefined) lines.push(`  missing from an answer: ${state.error}`);
  }
  for (const { labels, shard, outcome, reason, winner, candidates } of series) {
    lines.push('', labelText(labels), `  ${shard}: ${outcome}: ${reason}`);
    for (const { replica, timestamp, value } of candidates) {
      lines.push(`  ${replica === winner ? '*' : ' '} ${replica}: ${value} @ ${timeText(timestamp)}`);
    }
  }
  if (truncated) lines.push('', 'there is more: a limit was reached');
  return `${lines.join('\n')}\n`;
}

export function timeText(seconds: number | null): string {
  return seconds === null ? 'none' : new Date(seconds * 1000).toISOString();
}

function labelText({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(',')}}`;
}
