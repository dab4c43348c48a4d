import type { Expr, Span } from '../ast/ast.ts';

/**
 * How the answers of shards to a pushed part become one vector. An average is asked for as sum and count, a variance or
 * deviation as count, mean and variance.
 */
export type Combination = 'concat' | 'sum' | 'min' | 'max' | 'group' | 'avg' | 'stddev' | 'stdvar';

/** What is asked of one shard for a part. */
export interface PartShard {
  /** Index of the shard. */
  readonly shard: number;
  /** One text, or what {@link Combination} says. */
  readonly texts: readonly string[];
  /**
   * For every selector of the part a query whose answers tell two replicas apart that do not hold the same samples: see
   * `auditText`. Empty where the shard has one replica.
   */
  readonly audits: readonly Audit[];
  /** Set where the first text tells too whether series of two shards may be the same: see `orStrangers`. */
  readonly tellsStrangers?: true;
}

/** See `auditText`. */
export interface Audit {
  readonly text: string;
  /** Of the windows whose samples it counts. */
  readonly windowMs: number;
  /** Whether the windows are the selector's own: whatever lies in them counts, not the newest samples alone. */
  readonly readsWindows: boolean;
}

/** A sub-expression that shards evaluate. */
export interface PushedPart {
  /** What it stands for: to be evaluated here where the shards' answers cannot be used. */
  readonly fallback: Expr;
  readonly combination: Combination;
  /** Which of a shard's labels its answers get where they lack them. */
  readonly attachedLabels: readonly string[];
  readonly shards: readonly PartShard[];
}

/** Why a sub-expression is evaluated where it is. */
export interface Decision {
  readonly span: Span;
  readonly where: 'shards' | 'one shard' | 'here';
  readonly reason: string;
}

/** How a query is answered. */
export interface QueryPlan {
  /** With a `FetchedVector` for each part. */
  readonly expr: Expr;
  /** By number of the part. */
  readonly parts: readonly PushedPart[];
  readonly decisions: readonly Decision[];
}
