import type { Matcher } from '../../model/matcher.ts';

/** Half-open range of UTF-16 offsets in the text that was asked. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The type of an expression's value, in Prometheus' own words (used in its messages and in JSON). */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

/** An expression as Prometheus' parser builds it; plain data but for the matchers' functions. */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | BinaryExpr
  | UnaryExpr
  | ParenExpr
  | RuleOutputs
  | FetchedVector;

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  /** Written as a duration (`5m`): printed as one. */
  readonly isDuration: boolean;
  readonly span: Span;
}

interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly span: Span;
}

/** Where `@` fixes the evaluation time. */
export type AtModifier = { readonly kind: 'time'; readonly timestampMs: number } | { readonly kind: 'start' | 'end' };

/** A duration in `[…]` or behind `offset`: literal, or an expression (feature `promql-duration-expr`). */
export type DurationExpr =
  | {
      readonly kind: 'duration';
      /** Whole; what is written in finer steps is cut off. */
      readonly ms: number;
      /** Written as a number of seconds, not as `5m`: the number itself. */
      readonly seconds?: number;
      readonly span: Span;
    }
  | { readonly kind: 'duration-step'; readonly span: Span }
  | {
      readonly kind: 'duration-unary';
      readonly operator: '+' | '-';
      readonly operand: DurationExpr;
      readonly span: Span;
    }
  | {
      readonly kind: 'duration-binary';
      readonly operator: '+' | '-' | '*' | '/' | '%' | '^' | 'min' | 'max';
      readonly left: DurationExpr;
      readonly right: DurationExpr;
      readonly span: Span;
    }
  | { readonly kind: 'duration-paren'; readonly inner: DurationExpr; readonly span: Span };

/** `offset` and `@` of a selector or subquery. */
export interface TimeModifiers {
  /** Undefined = none written. May be negative. */
  readonly offset?: DurationExpr;
  readonly at?: AtModifier;
}

export interface VectorSelector extends TimeModifiers {
  readonly kind: 'vector-selector';
  /** The metric name as written before the braces, for printing; the matchers hold it as well. */
  readonly name?: string;
  /** All of them, that on `__name__` included, in source order (the name last, as Prometheus has it). */
  readonly matchers: readonly Matcher[];
  /** Those that were written, where `matchers` holds more: what is enforced comes on top. */
  readonly written?: readonly Matcher[];
  readonly span: Span;
}

export interface MatrixSelector {
  readonly kind: 'matrix-selector';
  /** Holds `offset` and `@`, also where they are written behind the range. */
  readonly selector: VectorSelector;
  readonly range: DurationExpr;
  readonly span: Span;
}

export interface Subquery extends TimeModifiers {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly range: DurationExpr;
  /** Undefined = the default evaluation interval. */
  readonly step?: DurationExpr;
  readonly span: Span;
}

export interface Call {
  readonly kind: 'call';
  /** Name of a function in `functions/signatures.ts`. */
  readonly function: string;
  readonly args: readonly Expr[];
  readonly span: Span;
}

export type AggregationOperator =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'count_values'
  | 'quantile'
  | 'limitk'
  | 'limit_ratio';

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: AggregationOperator;
  readonly expr: Expr;
  /** `k`, φ, ratio or the label of `count_values`. */
  readonly parameter?: Expr;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly span: Span;
}

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | 'atan2'
  | '=='
  | '!='
  | '>'
  | '<'
  | '>='
  | '<='
  | 'and'
  | 'or'
  | 'unless';

export interface VectorMatching {
  readonly card: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  /** `on` (true) or `ignoring` (false, also when neither is written). */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Of `group_left` or `group_right`. */
  readonly include: readonly string[];
}

export interface BinaryExpr {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  readonly bool: boolean;
  /** Only between two vectors. */
  readonly matching?: VectorMatching;
  readonly span: Span;
}

interface UnaryExpr {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly operand: Expr;
  readonly span: Span;
}

interface ParenExpr {
  readonly kind: 'paren';
  readonly inner: Expr;
  readonly span: Span;
}

/** Never parsed: stands for a selector that outputs of aggregation rules can match, which no server stores. */
export interface RuleOutputs {
  readonly kind: 'rule-outputs';
  readonly selector: VectorSelector;
  readonly span: Span;
}

/** Never parsed: a planner puts it where a part of the query was evaluated by the shards. A vector on the grid of the whole query. */
interface FetchedVector {
  readonly kind: 'fetched';
  readonly part: number;
  readonly span: Span;
}
