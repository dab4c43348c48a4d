import { readDeadlineMs } from '../../topology/deadline.ts';
import type { FederateRequest } from '../service.ts';
import type { FederateDeps } from './federate-deps.ts';
import type { RequestPlan } from './request-plan.ts';
import { createEmptyRead } from './empty-read.ts';
import { createShardRead, type ShardRead } from './shard-read.ts';

/** Starts one task for each shard of the plan. The slots for them must have been admitted. */
export function startReads(
  deps: Pick<FederateDeps, 'config' | 'sharedConfig' | 'pool' | 'shardStates' | 'breakers' | 'now'>,
  request: FederateRequest,
  plan: RequestPlan,
): ShardRead[] {
  const nowMs = deps.now();
  const isSingle = deps.config.deduplication.strategy === 'leader' && request.dedup;
  return plan.shards.map(({ shard, match, filterLines }) => {
    const view = deps.shardStates[shard]!.view(nowMs, { selection: match.join('\n'), isSingle });
    const admission = deps.breakers[shard]!.admit(view.leader);
    if (deps.config.shards[shard]!.replicas.length === 0) return createEmptyRead({ shard, view, admission });
    const receiver = deps.pool.start({
      config: deps.sharedConfig,
      shard,
      match,
      clientSelectors: plan.clientSelectors,
      filterLines,
      evaluateRules: plan.evaluateRules,
      dedup: request.dedup,
      escaping: request.escaping,
      deadlineMs: readDeadlineMs({
        nowMs,
        scrapeTimeoutMs: deps.config.shards[shard]!.scrapeTimeoutMs,
        clientTimeoutMs: request.timeoutMs,
      }),
      view,
      avoided: admission.avoided,
    });
    return createShardRead({ shard, view, admission }, receiver);
  });
}
