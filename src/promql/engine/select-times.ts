import type { TimeModifiers } from '../ast/ast.ts';
import { durationMs } from '../ast/resolve-durations.ts';
import type { EvaluateOptions } from './evaluate-options.ts';
import { gridEndMs, type Grid } from './grid.ts';

/** For each step the time that a selector looks at, `@` and `offset` applied. Ascending; all equal under `@`. */
export function selectTimesMs(modifiers: TimeModifiers, grid: Grid, options: EvaluateOptions): Float64Array {
  const offsetMs = modifiers.offset === undefined ? 0 : durationMs(modifiers.offset, options.grid);
  const fixedMs = fixedTimeMs(modifiers, options.grid);
  return Float64Array.from(
    { length: grid.steps },
    (_, step) => (fixedMs ?? grid.startMs + step * grid.stepMs) - offsetMs,
  );
}

function fixedTimeMs({ at }: TimeModifiers, query: Grid): number | undefined {
  if (at === undefined) return undefined;
  if (at.kind === 'time') return at.timestampMs;
  return at.kind === 'start' ? query.startMs : gridEndMs(query);
}
