import type { Expr } from '../../promql/ast/ast.ts';
import { DurationError, resolveDurations } from '../../promql/ast/resolve-durations.ts';
import type { Grid } from '../../promql/engine/grid.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';
import { gateQuery } from './gate-query.ts';
import { ParseError } from '../../promql/parse/parse-error.ts';
import { parseQuery } from '../../promql/parse/parse-query.ts';
import { documentedType, valueTypeOf } from '../../promql/ast/value-type.ts';

export interface PrepareOptions {
  readonly isInstant: boolean;
  readonly grid: Pick<Grid, 'stepMs'>;
  readonly experimentalFunctions: boolean;
  readonly gate: SelectorGate;
}

/** Reads, checks and completes a query. @throws QueryError `bad_data` in Prometheus' words */
export function prepareQuery(text: string, options: PrepareOptions): Expr {
  const expr = parsed(text, options);
  const type = valueTypeOf(expr);
  if (!options.isInstant && type !== 'vector' && type !== 'scalar') {
    const wish = 'must be Scalar or instant Vector';
    throw invalid(`invalid expression type "${documentedType(type)}" for range query, ${wish}`);
  }
  return gateQuery(expr, options.gate);
}

function parsed(text: string, { experimentalFunctions, isInstant, grid }: PrepareOptions): Expr {
  try {
    const expr = parseQuery(text, { experimentalFunctions, durationExpressions: false });
    return resolveDurations(expr, { stepMs: isInstant ? 0 : grid.stepMs });
  } catch (error) {
    if (error instanceof ParseError) throw invalid(error.message);
    if (error instanceof DurationError) throw invalid(error.describe(text));
    throw error;
  }
}

function invalid(reason: string): QueryError {
  return new QueryError('bad_data', `invalid parameter "query": ${reason}`);
}
