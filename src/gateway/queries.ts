import type { Config } from '../config/config.ts';
import type { CompiledRules } from '../federate/rules/compile-rules.ts';
import { findLabelNames, findLabelValues, findSeries } from '../query/endpoints/label-endpoints.ts';
import { askServers } from '../query/endpoints/ask-servers.ts';
import { serverEndpoints } from '../query/endpoints/server-endpoints.ts';
import { explainAnswer } from '../query/execute/explain-answer.ts';
import { explainQuery } from '../query/execute/explain-query.ts';
import { createTenantGates, type GateOf } from '../promql/selector/tenant-gates.ts';
import { createPassthrough } from '../query/passthrough/create-passthrough.ts';
import type { QueryServiceDeps } from '../query/task/answer-context.ts';
import { createQueryRunner, type QueryRunner } from '../query/task/query-service.ts';
import type { ReplicaPreference } from '../query/task/shards-of.ts';
import type { Serving } from '../server/server-deps.ts';
import type { ShardBreakers } from '../topology/shard-breakers.ts';
import type { ShardState } from '../topology/shard-state.ts';
import { upstreamErrorKind } from '../upstream/error-kind.ts';
import type { SharedJson } from '../workers/shared-json.ts';
import type { Fleet } from './fleet.ts';
import type { Runtime } from './runtime.ts';

interface QueryParts {
  readonly config: Config;
  readonly sharedConfig: SharedJson;
  readonly rules: CompiledRules;
  readonly shardStates: readonly ShardState[];
  readonly breakers: readonly ShardBreakers[];
  readonly fleet: Fleet;
}

/** `/api/v1` with one configuration. */
export function createQueries(runtime: Runtime, parts: QueryParts): Pick<Serving, 'query' | 'labels' | 'servers'> {
  const { config, rules, shardStates } = parts;
  const leaders = (): number[] => shardStates.map((state) => state.leader());
  const gateOf = createTenantGates(config.tenants);
  const onReplicaError = replicaFailed(runtime, parts);
  const deps = { config, pools: runtime.upstream, leaders, now: runtime.now, gateOf, rules, onReplicaError };
  const runner = createRunner(runtime, parts, { gateOf, onReplicaError });
  const endpoints = new Map(serverEndpoints.map((endpoint) => [endpoint.path, endpoint]));
  return {
    query: {
      query: (request, signal) => runner.query(request, signal),
      read: (request, signal) => runner.read(request, signal),
      explain: (request, format) =>
        explainAnswer(explainQuery(request, { config, gate: gateOf(request.tenant), rules }), format),
    },
    labels: {
      series: (request) => findSeries(deps, request),
      names: (request) => findLabelNames(deps, request),
      values: (label, request) => findLabelValues(deps, label, request),
    },
    servers: {
      routes: serverEndpoints,
      ask: (path, request) => askServers(deps, endpoints.get(path)!, request),
    },
  };
}

type OnReplicaError = QueryServiceDeps['onReplicaError'];

/** Takes in that an answer came, or did not come, without a replica. */
function replicaFailed({ metrics, logger }: Runtime, { config, breakers, fleet }: QueryParts): OnReplicaError {
  return (shard, replica, error) => {
    if (fleet.isThere(shard, replica)) {
      const kind = upstreamErrorKind(error.code);
      metrics.queries.countReplicaError(shard, replica, kind);
      metrics.upstream.countError({ shard, replica }, kind);
    }
    const index = config.shards.findIndex(({ name }) => name === shard);
    breakers[index]?.failed(config.shards[index]!.replicas.findIndex(({ name }) => name === replica));
    logger.warn({ shard, replica, err: error }, 'a query went on without a replica');
  };
}

function createRunner(
  { pools, upstream, metrics, knowledge, guardMemory, now }: Runtime,
  { config, sharedConfig, rules, shardStates, breakers }: QueryParts,
  { gateOf, onReplicaError }: Pick<QueryServiceDeps, 'onReplicaError'> & { readonly gateOf: GateOf },
): QueryRunner {
  const preference = (shard: number): ReplicaPreference => ({
    leader: shardStates[shard]!.leader(),
    avoided: breakers[shard]!.avoided(),
  });
  const thread = { ...knowledge, config, rules, gateOf, pools: upstream };
  return createQueryRunner({
    config,
    sharedConfig,
    guard: guardMemory,
    preference,
    byOneShard: createPassthrough({ thread, preference, onReplicaError }),
    now,
    pool: pools.query,
    onReplicaError,
    onEnd: (ended) => metrics.queries.observe(ended),
  });
}
