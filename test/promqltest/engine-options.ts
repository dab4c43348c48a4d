/** What the scripts expect of an engine. */
export const engineOptions = {
  lookbackDeltaMs: 300_000,
  defaultEvaluationIntervalMs: 60_000,
  delayedNameRemoval: true,
  typeAndUnitLabels: true,
  maxSamples: 50_000_000,
  now: (): number => 0,
} as const;

export const parseOptions = { experimentalFunctions: true, durationExpressions: true } as const;
