import type { Span } from '../ast/ast.ts';

/** A warning or an info that travels with a result. Equal texts at the same place count once. */
export interface Annotation {
  readonly level: 'warning' | 'info';
  /** Without the prefix `PromQL warning: ` and without the position. */
  readonly message: string;
  /** Undefined = no position is shown (and no `PromQL …` prefix where `isPlain`). */
  readonly span?: Span;
  /** A text of the gateway's own: shown as it is. */
  readonly isPlain?: boolean;
}

/** Collects annotations; adding one twice is cheap. */
export interface AnnotationSink {
  add(annotation: Annotation): void;
}
