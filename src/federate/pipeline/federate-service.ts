import type { Config } from '../../config/config.ts';
import type { ShardState } from '../../topology/shard-state.ts';
import type { WorkerPool } from '../../workers/worker-pool.ts';
import type { CompiledRules } from '../rules/compile-rules.ts';
import type { RuleMemory } from '../rules/rule-memory.ts';
import type { FederateAnswer, FederateService } from '../service.ts';
import type { BlockMeta, ShardTask, ShardTaskResult } from '../shard-task/shard-task.ts';
import { createAnswer } from './answer.ts';
import type { FederateObserver } from './federate-observer.ts';
import { startReads } from './start-reads.ts';
import type { RequestPlanner } from './request-plan.ts';

export interface FederateDeps {
  readonly config: Config;
  readonly pool: WorkerPool<ShardTask, BlockMeta, ShardTaskResult>;
  /** In the order of `config.shards`. */
  readonly shardStates: readonly ShardState[];
  readonly rules: CompiledRules;
  readonly ruleMemory: RuleMemory;
  readonly planner: RequestPlanner;
  readonly observer: FederateObserver;
  /** Unix ms. */
  readonly now: () => number;
}

/** Federation over all shards: plan, fan out to worker threads, merge, rules, trailer. */
export function createFederateService(deps: FederateDeps): FederateService {
  return {
    async federate(request, signal) {
      const plan = deps.planner.plan(request);
      const release = await deps.pool.admit(plan.shards.length, signal);
      const reads = startReads(deps, request, plan);
      // The slots are free when the tasks have ended, which may be after the answer has.
      void Promise.all(reads.map(({ ended }) => ended)).then(release);
      return firstChunkFirst(createAnswer(deps, { request, plan, reads, signal }));
    },
  };
}

/** Resolves once the first chunk is there, so that what goes wrong before it can still be answered with a status. */
async function firstChunkFirst(answer: {
  readonly isPartial: () => boolean;
  readonly chunks: AsyncGenerator<Uint8Array>;
}): Promise<FederateAnswer> {
  const first = await answer.chunks.next();
  return {
    get partial() {
      return answer.isPartial();
    },
    body: first.done === true ? answer.chunks : withFirst(first.value, answer.chunks),
  };
}

async function* withFirst(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    // A consumer that stops at the first chunk has not touched `rest` yet.
    await rest.return(undefined);
  }
}
