import type { DeduplicationConfig, ShardConfig } from '../config/config.ts';
import { createReplicaMemory, type ReplicaDescription } from './replica-memory.ts';
import { createShardMemory, replicaKey, type LeaderChange, type ShardMemory } from './shard-memory.ts';
import { takeOutcome } from './take-outcome.ts';
import { emptyFilledTable, type ShardOutcome, type ShardView } from './shard-view.ts';

interface ShardDescription {
  readonly shard: string;
  readonly leader: string;
  readonly epoch: number;
  /** Unix ms; -Infinity when none is in force. */
  readonly watermarkMs: number;
  readonly newestGivenMs: number;
  readonly filledSeries: number;
  readonly hedgeDelayMs: number;
  /** Whether a complete answer was given since the start. */
  readonly answered: boolean;
  /** In the order of the configuration. */
  readonly replicas: readonly (ReplicaDescription & { readonly name: string })[];
}

export interface ShardState {
  /** The replica to prefer, an index into `ShardConfig.replicas`; 0 where there is none. */
  leader(): number;
  /**
   * What a request that starts now has to know: a copy. `selection` stands for what is asked for, `isSingle` says whether a
   * single replica is read.
   */
  view(nowMs: number, request?: { readonly selection: string; readonly isSingle: boolean }): ShardView;
  /**
   * Takes in what a request observed, and tells whether that changed the leader. `view` is the one the request was given;
   * outcomes may come in any order. A request that ended early (client gone) has to be finished as well when something
   * of this shard was given out; its `leader` is then the view's unless that one failed by itself.
   */
  finish(view: ShardView, outcome: ShardOutcome, nowMs: number): LeaderChange | undefined;
  describe(nowMs: number): ShardDescription;
  /**
   * The state of the same shard in the next configuration, and the change of leader that it made necessary. Both know the
   * same from then on; requests under way still finish here.
   */
  continueAs(...settings: Parameters<typeof createShardState>): {
    readonly state: ShardState;
    readonly change: LeaderChange | undefined;
  };
}

/**
 * Leader, watermark, filled series and replica knowledge of one shard (design §4.1): a state machine without I/O and
 * clock, so that every gateway that sees the same outcomes decides alike.
 */
export function createShardState(
  shard: ShardConfig,
  deduplication: DeduplicationConfig,
  lookbackDeltaMs: number,
): ShardState {
  const settings = { shard, deduplication, lookbackDeltaMs };
  const memory = createShardMemory(settings);
  memory.configure(settings);
  return stateIn(memory, shard);
}

/** An epoch that no outcome of a leader has: its request was given no leader that counts. */
const noEpoch = -1;

/** A shard's memory as one configuration numbers its replicas. */
function stateIn(memory: ShardMemory, shard: ShardConfig): ShardState {
  const keys = shard.replicas.map(replicaKey);
  const { past, hedge } = memory;
  const leader = (): number => keys.indexOf(memory.leader ?? '');
  const siblingsOf = (led: number): number[] => {
    // A newer configuration knows nothing of replicas that it does not have.
    const known = memory.succession().map((key) => keys.indexOf(key));
    return [...new Set([...known, ...keys.keys()])].filter((index) => index !== -1 && index !== led);
  };

  return {
    leader: () => Math.max(0, leader()),
    view(nowMs, { selection, isSingle } = { selection: '', isSingle: false }) {
      const shared = {
        replicas: keys.map((key) => (memory.replica(key) ?? createReplicaMemory()).view(selection, nowMs)),
        selection,
        hedgeDelayMs: hedge.delayMs(),
        expected: isSingle ? memory.expected.view(selection, nowMs) : undefined,
      };
      const led = leader();
      const succession = siblingsOf(Math.max(0, led));
      if (led !== -1) return { ...shared, succession, epoch: memory.epoch, leader: led, ...past.view(nowMs) };
      // A newer configuration has a leader that this one does not have: only what is newer than all given may leave.
      const none = emptyFilledTable();
      return {
        ...shared,
        ...past.view(nowMs),
        succession,
        epoch: noEpoch,
        leader: 0,
        watermarkMs: past.newestGivenMs,
        frozenFamilies: none,
        filled: none,
      };
    },
    finish: (view, outcome, nowMs) => takeOutcome(memory, keys, { view, outcome, nowMs }),
    describe: (nowMs) => ({
      shard: shard.name,
      leader: memory.leaderName,
      epoch: memory.epoch,
      watermarkMs: past.watermarkMs(nowMs),
      newestGivenMs: past.newestGivenMs,
      filledSeries: past.filledSeries,
      hedgeDelayMs: hedge.delayMs(),
      answered: memory.answered,
      replicas: shard.replicas.map((replica, index) => ({
        name: replica.name,
        ...(memory.replica(keys[index]!) ?? createReplicaMemory()).describe(),
      })),
    }),
    continueAs(next, deduplication, lookbackDeltaMs) {
      const change = memory.configure({ shard: next, deduplication, lookbackDeltaMs });
      return { state: stateIn(memory, next), change };
    },
  };
}
