import type { JoinSummary } from '../../../src/federate/join/join-summary.ts';
import type { ReplicaOutcome, ShardOutcome } from '../../../src/topology/shard-view.ts';
import { died, type Fed } from '../../unit/federate/join/shard-fixture.ts';
import { replicaOutcome } from '../../unit/topology/outcomes.ts';

/** What a replica sends: `part` of the text, and then it dies; all of it where that is 1. */
export interface Body {
  readonly text: string;
  readonly part: number;
}

/** Joins the bodies of all replicas; who dies does so in the middle of its body. */
export function join(fed: Fed, bodies: readonly Body[]): JoinSummary {
  const fedParts = bodies.map(() => false);
  for (;;) {
    const status = fed.advance();
    if (status.kind !== 'need') return fed.join.summary();
    for (const replica of status.replicas) {
      const { text, part } = bodies[replica]!;
      if (!fedParts[replica]) fed.push(replica, text.slice(0, Math.floor(text.length * part)));
      else if (part < 1) fed.join.fail(replica, died);
      else fed.join.end(replica);
      fedParts[replica] = true;
    }
  }
}

/** What a join tells the state of its shard. */
export function outcomeOf(summary: JoinSummary): ShardOutcome {
  const replicas = summary.replicas.map(
    ({ result, series, missing, newestSampleMs, order }): ReplicaOutcome =>
      replicaOutcome({ result, series, missing, newestSampleMs, order }),
  );
  return { ...summary, replicas };
}
