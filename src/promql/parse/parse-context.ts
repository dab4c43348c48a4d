import type { Expr } from '../ast/ast.ts';
import type { RegexpBudget } from '../selector/compile-matcher.ts';
import type { TokenReader } from './token-reader.ts';

export interface ParseOptions {
  /** Prometheus' feature flag `promql-experimental-functions`. */
  readonly experimentalFunctions: boolean;
  /** Prometheus' feature flag `promql-duration-expr`. */
  readonly durationExpressions: boolean;
}

/** What the parts of the parser share while they read one query. */
export interface ParseContext {
  readonly reader: TokenReader;
  readonly options: ParseOptions;
  readonly budget: RegexpBudget;
  /** Reads a whole expression, down to the operators of the lowest precedence. */
  parseExpression(): Expr;
}
