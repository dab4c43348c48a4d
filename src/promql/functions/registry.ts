import { dateFunctions } from './date-functions.ts';
import type { FunctionImplementation } from './function-context.ts';
import { histogramFunctions } from './histogram-functions.ts';
import { labelFunctions } from './label-functions.ts';
import { mathFunctions } from './math-functions.ts';
import { overTimeFunctions } from './over-time-functions.ts';
import { rateFunctions } from './rate-functions.ts';
import { regressionFunctions } from './regression-functions.ts';
import { sortFunctions } from './sort-functions.ts';

const timeFunctions: Readonly<Record<string, FunctionImplementation>> = {
  pi: { shape: 'scalar', evaluate: ({ grid }) => new Float64Array(grid.steps).fill(Math.PI) },
  time: {
    shape: 'scalar',
    evaluate: ({ grid }) =>
      Float64Array.from({ length: grid.steps }, (_, i) => (grid.startMs + i * grid.stepMs) / 1000),
  },
};

const implementations: ReadonlyMap<string, FunctionImplementation> = new Map(
  [
    dateFunctions,
    histogramFunctions,
    labelFunctions,
    mathFunctions,
    overTimeFunctions,
    rateFunctions,
    regressionFunctions,
    sortFunctions,
    timeFunctions,
  ].flatMap((functions) => Object.entries(functions)),
);

/**
 * How a function is computed; undefined for those that the engine itself has to do: `absent`, `absent_over_time`, `info`,
 * `scalar`, `timestamp`, `vector`.
 */
export function functionImplementation(name: string): FunctionImplementation | undefined {
  return implementations.get(name);
}
