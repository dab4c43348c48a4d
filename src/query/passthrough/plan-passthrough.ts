import type { Expr } from '../../promql/ast/ast.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { PlanShard } from '../../promql/plan/plan-shard.ts';
import { planQuery } from '../../promql/plan/plan-query.ts';
import type { PartShard, QueryPlan } from '../../promql/plan/query-plan.ts';
import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import { prepareQuery, type PrepareOptions } from '../execute/prepare-query.ts';
import { withRuleOutputs } from '../execute/with-rule-outputs.ts';
import type { QueryRequest } from '../service.ts';

/** Longer texts are read on threads only: nothing else may wait for them. */
const maxTextLength = 4096;

/** Steps of a grid on which replicas are compared while nothing else may wait for it. */
const maxAuditedSteps = 1000;

/** A query whose answer is that of one shard, byte for byte. */
export interface Passthrough {
  readonly asked: PartShard;
  /** What was asked of the gateway, spans in its text; of the same shape as what is asked of the shard. */
  readonly expr: Expr;
}

export interface PassthroughContext extends Pick<PrepareOptions, 'gate' | 'experimentalFunctions'> {
  readonly shards: readonly PlanShard[];
  readonly replicaLabels: readonly string[];
  readonly rules: CompiledRules;
}

/** What the plan of a text depends on. */
export type PlannedText = Pick<QueryRequest, 'text' | 'isInstant' | 'tenant'> & {
  readonly grid: Pick<QueryRequest['grid'], 'stepMs'>;
};

/** See {@link planText}. */
export type PlanText = (asked: PlannedText) => Passthrough | undefined;

/** How one shard can answer a request in the gateway's stead; undefined where it cannot. */
export function planPassthrough(request: QueryRequest, plan: PlanText): Passthrough | undefined {
  if (request.limit > 0 || request.wantsStats || request.text.length > maxTextLength) return undefined;
  const passthrough = plan(request);
  const isAudited = passthrough !== undefined && passthrough.asked.audits.length > 0;
  return isAudited && request.grid.steps > maxAuditedSteps ? undefined : passthrough;
}

/**
 * How one shard can answer a whole query; undefined where it cannot, where its labels belong into the answer, and where
 * the query is none: that is told elsewhere.
 */
export function planText(asked: PlannedText, context: PassthroughContext): Passthrough | undefined {
  const expr = preparedOrNone(asked, context);
  if (expr === undefined) return undefined;
  const { shards, replicaLabels } = context;
  const plan = planQuery(expr, { shards, replicaLabels, pushDown: true, delayedNameRemoval: false });
  const whole = wholeOfOneShard(plan, shards);
  return whole && { asked: whole, expr };
}

function preparedOrNone({ text, isInstant, grid }: PlannedText, context: PassthroughContext): Expr | undefined {
  try {
    return withRuleOutputs(prepareQuery(text, { ...context, isInstant, grid }), context.rules);
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}

function wholeOfOneShard({ expr, parts }: QueryPlan, shards: readonly PlanShard[]): PartShard | undefined {
  const [part] = parts;
  if (expr.kind !== 'fetched' || part === undefined || part.combination !== 'concat') return undefined;
  const [asked, other] = part.shards;
  if (asked === undefined || other !== undefined || asked.texts.length !== 1) return undefined;
  const { labels } = shards[asked.shard]!;
  const attaches = part.attachedLabels.some((label) => (labels[label] ?? '') !== '');
  return attaches ? undefined : asked;
}
