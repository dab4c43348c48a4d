import type { LeaderChangeReason } from './leader-election.ts';
import type { LeaderChange, ShardMemory } from './shard-memory.ts';
import type { ShardOutcome, ShardView } from './shard-view.ts';

export interface FinishedRequest {
  readonly view: ShardView;
  readonly outcome: ShardOutcome;
  readonly nowMs: number;
}

/**
 * Takes in what a request observed of a shard, and changes its leader where that calls for it. `keys`: its replicas, as the
 * outcome numbers them.
 */
export function takeOutcome(
  memory: ShardMemory,
  keys: readonly string[],
  { view, outcome, nowMs }: FinishedRequest,
): LeaderChange | undefined {
  memory.answered ||= outcome.status === 'complete';
  observeReplicas(memory, keys, { view, outcome, nowMs });
  const leader = keys.indexOf(memory.leader ?? '');
  if (view.epoch !== memory.epoch) {
    memory.past.gave(outcome, nowMs);
    return finishLate(memory, { isLeaders: outcome.leader === leader, outcome });
  }
  const verdict = memory.election.judge({ leader, succession: view.succession }, outcome, nowMs);
  if (verdict?.leader === outcome.leader)
    return takeOver(memory, { key: keys[verdict.leader]!, ...verdict }, outcome, nowMs);
  memory.past.gave(outcome, nowMs);
  return verdict === undefined
    ? keepFilled(memory, outcome)
    : memory.changeLeader(keys[verdict.leader]!, verdict.reason);
}

function observeReplicas(
  memory: ShardMemory,
  keys: readonly string[],
  { view, outcome, nowMs }: FinishedRequest,
): void {
  const { selection, expected } = view;
  for (const [index, replica] of outcome.replicas.entries()) {
    const asked = view.replicas[index]?.askExternalLabels ?? false;
    memory.replica(keys[index]!)?.observe(replica, { selection, asked }, nowMs);
    memory.hedge.observe(replica.firstByteMs);
  }
  const { counted } = outcome;
  if (expected !== undefined && counted !== undefined)
    memory.expected.observe(selection, { ...outcome, counted }, nowMs);
}

/** The replica leads from now on that led at the end of the response. */
function takeOver(
  memory: ShardMemory,
  { key, reason }: { readonly key: string; readonly reason: LeaderChangeReason },
  outcome: ShardOutcome,
  nowMs: number,
): LeaderChange {
  memory.past.gave(outcome.givenBefore ?? outcome, nowMs);
  const change = memory.changeLeader(key, reason);
  // Its own samples of one series need not be newer than those it gave of others.
  memory.past.gave(outcome, nowMs);
  if (!hasKeptFilled(memory, outcome)) memory.past.freeze();
  return change;
}

/** A response ended that began before the last change of leader. */
function finishLate(
  memory: ShardMemory,
  { isLeaders, outcome }: { readonly isLeaders: boolean; readonly outcome: ShardOutcome },
): LeaderChange | undefined {
  // What another leader gave of it the new one must not fall behind either.
  if (!isLeaders) memory.past.freezeLate(outcome);
  else if (outcome.givenBefore !== undefined) memory.past.freezeLate(outcome.givenBefore);
  return isLeaders ? keepFilled(memory, outcome) : undefined;
}

/** What finds no place in the table, or no longer in that of several requests, has the watermark stand in for it. */
function keepFilled(memory: ShardMemory, outcome: ShardOutcome): LeaderChange | undefined {
  return hasKeptFilled(memory, outcome) ? undefined : memory.changeLeader(memory.leader!, 'overflow');
}

function hasKeptFilled({ past }: ShardMemory, outcome: ShardOutcome): boolean {
  return past.merge(outcome) && !outcome.filledOverflow;
}
