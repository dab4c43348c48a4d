import type { Config } from '../../config/config.ts';
import type { Decision, QueryPlan } from '../../promql/plan/query-plan.ts';
import { planQuery } from '../../promql/plan/plan-query.ts';
import { routeSelector } from '../../promql/plan/route-selector.ts';
import type { PlanShard } from '../../promql/plan/plan-shard.ts';
import { printExpr } from '../../promql/print/print-expr.ts';
import { formatSelector } from '../../promql/selector/format-selector.ts';
import { mapChildren, selectorsOf, walk } from '../../promql/ast/walk.ts';
import { METRIC_NAME } from '../../model/label-set.ts';
import { createMatcher } from '../../model/matcher.ts';
import type { Expr } from '../../promql/ast/ast.ts';
import { toPlanShard } from '../to-plan-shard.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';
import type { QueryRequest } from '../service.ts';
import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import { mayMatchOutputs } from '../rules/rule-outputs.ts';
import { withRuleOutputs } from './with-rule-outputs.ts';
import { prepareQuery } from './prepare-query.ts';

/** How a query would be answered, and why. */
export interface Explanation {
  readonly query: string;
  /** The query with `part_0`, `part_1` … where shards evaluate a part. */
  readonly evaluatedHere: string;
  readonly parts: readonly {
    readonly name: string;
    readonly expression: string;
    readonly combination: string;
    readonly shards: readonly {
      readonly shard: string;
      readonly queries: readonly string[];
      readonly audits: readonly string[];
    }[];
  }[];
  /** What is read raw, in words and by shard. */
  readonly reads: readonly {
    readonly selector: string;
    readonly shards: readonly { readonly shard: string; readonly matchers: readonly string[] }[];
  }[];
  readonly decisions: readonly {
    readonly expression: string;
    readonly where: Decision['where'];
    readonly reason: string;
  }[];
}

export interface ExplainDeps {
  readonly config: Config;
  readonly gate: SelectorGate;
  readonly rules: CompiledRules;
}

/** @throws QueryError `bad_data` where the query is none */
export function explainQuery(request: QueryRequest, { config, gate, rules }: ExplainDeps): Explanation {
  const { isInstant, grid, text } = request;
  const { experimentalFunctions, pushDown } = config.query;
  const expr = withRuleOutputs(prepareQuery(text, { isInstant, grid, experimentalFunctions, gate }), rules);
  const shards = config.shards.map((shard) => toPlanShard(shard, config));
  const { replicaLabels } = config.global;
  const plan = planQuery(expr, { shards, replicaLabels, pushDown, delayedNameRemoval: false });
  return {
    query: text,
    evaluatedHere: printExpr(replaceParts(plan.expr)),
    parts: plan.parts.map((_, index) => explainPart(plan, index, shards)),
    reads: [...readsOf(plan.expr, shards, replicaLabels), ...outputReads(plan.expr, shards, rules)],
    decisions: plan.decisions.map(({ span, where, reason }) => ({
      expression: text.slice(span.start, span.end),
      where,
      reason,
    })),
  };
}

function explainPart(plan: QueryPlan, index: number, shards: readonly PlanShard[]): Explanation['parts'][number] {
  const { fallback, combination, shards: asked } = plan.parts[index]!;
  return {
    name: partName(index),
    expression: printExpr(fallback),
    combination: combination === 'avg' ? 'sum / count' : combination,
    shards: asked.map(({ shard, texts, audits }) => ({
      shard: shards[shard]!.name,
      queries: texts,
      audits: audits.map((audit) => audit.text),
    })),
  };
}

function readsOf(expr: Expr, shards: readonly PlanShard[], replicaLabels: readonly string[]): Explanation['reads'] {
  return selectorsOf(expr).map((selector) => ({
    selector: `raw samples of ${printExpr(selector)}`,
    shards: shards
      .map((shard) => ({
        shard: shard.name,
        matchers: routeSelector(selector.matchers, shard, replicaLabels).branches.map((matchers) =>
          formatSelector({ matchers }),
        ),
      }))
      .filter(({ matchers }) => matchers.length > 0),
  }));
}

/** What rules read of every shard, whatever the query selects of their outputs. */
function outputReads(expr: Expr, shards: readonly PlanShard[], rules: CompiledRules): Explanation['reads'] {
  return [...walk(expr)]
    .filter((node) => node.kind === 'rule-outputs')
    .map((node) => ({
      selector: `the sources of ${printExpr(node)}`,
      shards: shards.map(({ name }) => ({
        shard: name,
        matchers: rules.rules
          .filter((rule) => mayMatchOutputs(node.selector.matchers, [rule]))
          .flatMap(({ sourceSelectors }) => sourceSelectors),
      })),
    }));
}

function partName(index: number): string {
  return `part_${index}`;
}

/** The expression with its parts by their names. */
function replaceParts(expr: Expr): Expr {
  if (expr.kind === 'fetched') {
    const name = partName(expr.part);
    return { kind: 'vector-selector', name, matchers: [createMatcher(METRIC_NAME, '=', name)], span: expr.span };
  }
  return mapChildren(expr, replaceParts);
}
