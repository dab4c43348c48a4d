import type { PartialResponse, ShardConfig } from '../../config/config.ts';
import { GatewayError } from '../../model/errors.ts';
import { METRIC_NAME } from '../../model/label-set.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';
import type { Form } from './ask-replicas.ts';
import { askShards, type ShardAnswer } from './ask-shards.ts';
import { exemplarQueries } from './exemplar-queries.ts';
import { attachedLabels, findLabelValues, type Found, type LabelDeps } from './label-endpoints.ts';
import { exemplarsPath, type ServerEndpoint } from './server-endpoints.ts';
import type { TenantView } from './tenant-views.ts';

export interface ServerRequest {
  /** What the client asked, passed on. */
  readonly form: Form;
  readonly partialResponse: PartialResponse;
  /** Whose view it is; undefined = one who may see everything. */
  readonly tenant: string | undefined;
  readonly signal: AbortSignal;
}

/** @throws QueryError as `askShards`; GatewayError `PG_FORBIDDEN` where a tenant asks for what is no tenant's */
export async function askServers(
  deps: LabelDeps,
  endpoint: ServerEndpoint,
  request: ServerRequest,
): Promise<Found<unknown>> {
  const { path, shape } = endpoint;
  const gate = deps.gateOf(request.tenant);
  const isNarrowed = gate.enforced.length > 0;
  if (isNarrowed && endpoint.narrow === undefined)
    throw new GatewayError('PG_FORBIDDEN', 'only operators may see this');
  const exemplars = path === exemplarsPath ? exemplarQueries(request.form, deps.config, gate) : undefined;
  const form = isNarrowed ? withoutLimit(request.form) : request.form;
  const formOf = (shard: ShardConfig): Form | undefined => (exemplars === undefined ? form : exemplars.formOf(shard));
  const { answers, warnings } = await askShards(deps, { ...request, path, shape, replicas: 'one', formOf });
  const seen = isNarrowed ? await narrowed(answers, endpoint, viewOf(deps, request, gate)) : answers;
  const { replicaLabels, externalLabels } = deps.config.global;
  return { data: endpoint.merge(seen, { form: request.form, exemplars, replicaLabels, externalLabels }), warnings };
}

/** A limit is that of what a tenant sees, and holds when all is there. */
function withoutLimit(form: Form): Form {
  return form.filter(([key]) => key !== 'limit');
}

function narrowed(
  answers: readonly ShardAnswer<unknown>[],
  endpoint: ServerEndpoint,
  view: TenantView,
): Promise<ShardAnswer<unknown>[]> {
  return Promise.all(answers.map(async (answer) => ({ ...answer, data: await endpoint.narrow?.(answer, view) })));
}

function viewOf(deps: LabelDeps, request: ServerRequest, gate: SelectorGate): TenantView {
  let names: Promise<ReadonlySet<string>> | undefined;
  const find = async (): Promise<ReadonlySet<string>> => {
    const startSeconds = (deps.now() - deps.config.global.lookbackDeltaMs) / 1000;
    const times = [['start', String(startSeconds)]] as const;
    const found = await findLabelValues(deps, METRIC_NAME, { ...request, selectors: [], times, limit: 0 });
    return new Set(found.data);
  };
  return {
    gate,
    attachedLabels: ({ shard }) => attachedLabels(deps, shard),
    metricNames: () => (names ??= find()),
  };
}
