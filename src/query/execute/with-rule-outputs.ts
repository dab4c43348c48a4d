import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import type { Expr } from '../../promql/ast/ast.ts';
import type { AnnotationSink } from '../../promql/engine/annotations.ts';
import { expandRuleOutputs } from '../../promql/plan/expand-rule-outputs.ts';
import { formatDuration } from '../../promql/print/format-duration.ts';
import { printExpr } from '../../promql/print/print-expr.ts';
import { mayMatchOutputs } from '../rules/rule-outputs.ts';

interface Telling {
  readonly annotations: AnnotationSink;
  readonly defaultEvaluationIntervalMs: number;
}

/** The query with what aggregation rules make in place of selectors of it; ranges of that are told where wanted. */
export function withRuleOutputs(expr: Expr, rules: CompiledRules | undefined, telling?: Telling): Expr {
  if (rules === undefined || rules.rules.length === 0) return expr;
  return expandRuleOutputs(expr, {
    mayMatch: (matchers) => mayMatchOutputs(matchers, rules.rules),
    onRange({ selector, span }) {
      if (telling === undefined) return;
      const every = formatDuration(telling.defaultEvaluationIntervalMs);
      const message = `${printExpr(selector)} is made by aggregation rules: its range is evaluated every ${every}`;
      telling.annotations.add({ level: 'info', message, span });
    },
  });
}
