import type { Config } from '../../config/config.ts';
import type { ShardBreakers } from '../../topology/shard-breakers.ts';
import type { ShardState } from '../../topology/shard-state.ts';
import type { SharedJson } from '../../workers/shared-json.ts';
import type { WorkerPool } from '../../workers/worker-pool.ts';
import type { CompiledRules } from '../rules/compile-rules.ts';
import type { RuleMemory } from '../rules/rule-memory.ts';
import type { BlockMeta, ShardTask, ShardTaskResult } from '../shard-task/shard-task.ts';
import type { FederateObserver } from './federate-observer.ts';
import type { RequestPlanner } from './request-plan.ts';
import type { StepQueue } from './step-queue.ts';

/** What the parts of the pipeline work with; all of it is handed in. */
export interface FederateDeps {
  readonly config: Config;
  /** `config` for the worker threads. */
  readonly sharedConfig: SharedJson;
  readonly pool: WorkerPool<ShardTask, BlockMeta, ShardTaskResult>;
  /** In the order of `config.shards`. */
  readonly shardStates: readonly ShardState[];
  /** In the same order. */
  readonly breakers: readonly ShardBreakers[];
  readonly rules: CompiledRules;
  readonly ruleMemory: RuleMemory;
  /** Of all work on `ruleMemory`, and on the memories before and after it. */
  readonly ruleQueue: StepQueue;
  readonly planner: RequestPlanner;
  readonly observer: FederateObserver;
  /** Unix ms. */
  readonly now: () => number;
}
