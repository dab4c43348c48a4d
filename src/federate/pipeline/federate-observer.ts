import type { GatewayError } from '../../model/errors.ts';
import type { LeaderChange } from '../../topology/shard-memory.ts';
import type { RuleResult } from '../rules/rule-result.ts';
import type { ShardTaskResult } from '../shard-task/shard-task.ts';

export type FanOutResult = 'complete' | 'partial' | 'failed' | 'client_gone';

/** What a federation tells metrics and logs. Shards are indices into `Config.shards`. */
export interface FederateObserver {
  /** A shard's task has ended by itself, with or without a whole shard. */
  shardRead(shard: number, result: ShardTaskResult): void;
  leaderChanged(shard: number, change: LeaderChange): void;
  /** A shard is missing from an answer. */
  shardLost(shard: number, error: GatewayError): void;
  /** Lines left out because another shard had given the same label set. */
  conflict(family: string, lines: number): void;
  rules(result: RuleResult): void;
  /** Passed-through lines left out because a rule gives the same label set. */
  ruleConflict(family: string, lines: number): void;
  answered(result: FanOutResult): void;
  /** A task ended without a result: its request was given up, or its thread died. */
  taskCut(shard: number, how: 'aborted' | 'crashed'): void;
}
