/** The evaluation times `startMs + i * stepMs` for `0 <= i < steps`; an instant query has one step. */
export interface Grid {
  /** Unix ms. */
  readonly startMs: number;
  /** At least 1. */
  readonly stepMs: number;
  readonly steps: number;
}

export function gridEndMs({ startMs, stepMs, steps }: Grid): number {
  return startMs + (steps - 1) * stepMs;
}
