/**
 * Work in small steps, so that whoever runs it can let other work run between two of them. What it works on must be left
 * alone until its end.
 */
export type Steps<Result> = Generator<void, Result, void>;

/** Items of a loop in one step: they take some tens of microseconds. */
export const itemsPerStep = 64;
