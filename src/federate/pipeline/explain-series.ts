import { METRIC_NAME } from '../../model/label-set.ts';
import type { SeriesDecision } from '../join/series-decision.ts';
import { timeText, toSeconds, type ExplainedSeries } from './dedup-explanation.ts';

export interface DecidedIn {
  readonly shard: string;
  /** Of its replicas. */
  readonly names: readonly string[];
  /** The shard that gave the same label set before, if any. */
  readonly givenBy: string | undefined;
}

export function explainSeries(decision: SeriesDecision, { shard, names, givenBy }: DecidedIn): ExplainedSeries {
  const { candidates, winner } = decision;
  const name = winner === undefined ? undefined : names[winner]!;
  return {
    labels: labelsOf(decision),
    shard,
    ...verdictOf(decision, name, givenBy),
    ...(name !== undefined && { winner: name }),
    newerThan: toSeconds(decision.thresholdMs),
    candidates: candidates.map(({ replica, timestampMs, value }) => ({
      replica: names[replica]!,
      timestamp: toSeconds(timestampMs),
      value,
    })),
  };
}

function verdictOf(
  { isGiven, isLeaders, thresholdMs, winner }: SeriesDecision,
  name: string | undefined,
  givenBy: string | undefined,
): Pick<ExplainedSeries, 'outcome' | 'reason'> {
  if (winner === undefined) {
    return { outcome: 'kept_apart', reason: 'deduplication.per_replica keeps the replicas of this series apart' };
  }
  const threshold = timeText(toSeconds(thresholdMs));
  if (!isGiven && isLeaders) {
    const what = 'the newest that was given out of its family before the leader changed, or of the series since';
    return { outcome: 'suppressed', reason: `the leader's sample is not newer than ${threshold}, ${what}` };
  }
  if (!isGiven) {
    const what = 'the newest that was given out of the series, or else of its family';
    return {
      outcome: 'suppressed',
      reason: `the leader lacks the series, and the sample of ${name} is not newer than ${threshold}, ${what}`,
    };
  }
  if (givenBy !== undefined) {
    return { outcome: 'duplicate', reason: `shard ${givenBy} gives the same label set, and goes first` };
  }
  if (isLeaders) return { outcome: 'given', reason: `${name} leads` };
  return { outcome: 'filled', reason: `the leader lacks the series; of the others ${name} has the newest sample` };
}

function labelsOf({ name, labels }: SeriesDecision): Record<string, string> {
  const pairs: [string, string][] = [[METRIC_NAME, name]];
  for (let i = 0; i < labels.length; i += 2) pairs.push([labels[i]!, labels[i + 1]!]);
  return Object.fromEntries(pairs);
}
