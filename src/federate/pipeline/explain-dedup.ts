import type { Config } from '../../config/config.ts';
import type { Matcher } from '../../model/matcher.ts';
import { formatSelector } from '../../promql/selector/format-selector.ts';
import { parseSelectors } from '../../promql/selector/parse-selector.ts';
import { readDeadlineMs } from '../../topology/deadline.ts';
import type { ShardState } from '../../topology/shard-state.ts';
import type { ShardView } from '../../topology/shard-view.ts';
import type { SharedJson } from '../../workers/shared-json.ts';
import { createAdmission } from '../../workers/admission.ts';
import type { PlannedShard } from '../plan/plan-federation.ts';
import { explainShard, type ExplainedShard } from '../shard-task/explain-shard.ts';
import type { ThreadResources } from '../shard-task/thread-resources.ts';
import {
  toSeconds,
  type DedupExplanation,
  type ExplainedSeries,
  type ExplainedShardState,
} from './dedup-explanation.ts';
import { explainSeries } from './explain-series.ts';
import type { RequestPlan, RequestPlanner } from './request-plan.ts';

export interface ExplainDedupDeps {
  readonly config: Config;
  readonly sharedConfig: SharedJson;
  /** What reads of this thread use. */
  readonly resources: ThreadResources;
  /** In the order of `config.shards`. */
  readonly shardStates: readonly Pick<ShardState, 'view'>[];
  readonly planner: RequestPlanner;
  /** The matchers with those that are enforced. */
  readonly enforce: (matchers: readonly Matcher[]) => readonly Matcher[];
  /** Unix ms. */
  readonly now: () => number;
}

interface ExplainDedupRequest {
  /** `match[]` as the client wrote them, at least one. */
  readonly match: readonly string[];
  /** Series to explain at most. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

export type ExplainDedup = (request: ExplainDedupRequest) => Promise<DedupExplanation>;

/** Of exposition, for one explanation: enough for the limit of series, and no more than the main thread reads without being missed. */
const maxBytes = 16 * 1024 * 1024;
/** A person asks, not a dashboard. */
const maxConcurrent = 2;

/**
 * Reads the series of a request as `/federate` would now, and tells why each leaves or does not. What is known of the shards
 * stays as it is.
 * @returns a function that throws GatewayError `PG_SELECTOR_INVALID`, `PG_BAD_REQUEST`, `PG_CLIENT_GONE`
 */
export function createDedupExplainer(deps: ExplainDedupDeps): ExplainDedup {
  const admission = createAdmission(maxConcurrent);
  return async (request) => {
    const match = parseSelectors(request.match).map(({ matchers }) =>
      formatSelector({ matchers: deps.enforce(matchers) }),
    );
    const plan = deps.planner.plan({ match, dedup: true, tenant: undefined });
    const release = await admission.acquire(1, request.signal);
    try {
      return await explain(deps, request, plan);
    } finally {
      release();
    }
  };
}

/** One shard after the other, so that no more is read than is shown. */
async function explain(
  deps: ExplainDedupDeps,
  request: ExplainDedupRequest,
  plan: RequestPlan,
): Promise<DedupExplanation> {
  const shards: ExplainedShardState[] = [];
  const series: ExplainedSeries[] = [];
  const givenBy = new Map<string, string>();
  for (const planned of plan.shards) {
    if (series.length >= request.limit) return { shards, series, truncated: true };
    const view = deps.shardStates[planned.shard]!.view(deps.now());
    const explained = await readShard(deps, request, { plan, planned, view, left: request.limit - series.length });
    const { name: shard, replicas } = deps.config.shards[planned.shard]!;
    const names = replicas.map(({ name }) => name);
    shards.push(stateOf(shard, names, view, explained));
    for (const decision of explained.decisions) {
      const key = JSON.stringify([decision.name, decision.labels]);
      const one = explainSeries(decision, { shard, names, givenBy: givenBy.get(key) });
      if (one.outcome === 'given' || one.outcome === 'filled') givenBy.set(key, shard);
      series.push(one);
    }
    if (explained.isTruncated) return { shards, series, truncated: true };
  }
  return { shards, series, truncated: false };
}

interface ShardToRead {
  readonly plan: RequestPlan;
  readonly planned: PlannedShard;
  readonly view: ShardView;
  /** Series that may still be explained. */
  readonly left: number;
}

function readShard(
  { config, sharedConfig, resources, now }: ExplainDedupDeps,
  { signal }: ExplainDedupRequest,
  { plan, planned, view, left }: ShardToRead,
): Promise<ExplainedShard> {
  const { shard, match, filterLines } = planned;
  const deadlineMs = readDeadlineMs({ nowMs: now(), scrapeTimeoutMs: config.shards[shard]!.scrapeTimeoutMs });
  const task = {
    config: sharedConfig,
    shard,
    match,
    clientSelectors: plan.clientSelectors,
    filterLines,
    evaluateRules: false,
    dedup: true,
    escaping: 'allow-utf-8',
    deadlineMs,
    view,
    avoided: [],
  } as const;
  return explainShard(resources, task, { maxSeries: left, maxBytes, signal });
}

function stateOf(
  shard: string,
  names: readonly string[],
  view: ShardView,
  explained: ExplainedShard,
): ExplainedShardState {
  const { result, isTruncated } = explained;
  const { outcome, error } = result;
  return {
    shard,
    leader: names[outcome.leader] ?? '',
    watermark: toSeconds(view.watermarkMs),
    lastGiven: toSeconds(view.newestGivenMs),
    replicas: outcome.replicas.map((replica, index) => ({
      replica: names[index]!,
      result: isTruncated && replica.result === 'unused' ? 'given up' : replica.result,
      ...(replica.error !== undefined && { error: replica.error.message }),
      series: replica.series,
      newestSample: toSeconds(replica.newestSampleMs),
    })),
    duplicates: outcome.duplicates,
    ...(error !== undefined && !isTruncated && { error: error.message }),
  };
}
