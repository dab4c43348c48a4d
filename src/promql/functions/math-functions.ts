import { ABSENT, PRESENT, PRESENT_HISTOGRAM, type SeriesBlock } from '../engine/series-block.ts';
import type { FunctionContext, FunctionImplementation } from './function-context.ts';

type Map = (value: number) => number;

const plain: Readonly<Record<string, Map>> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  deg: (value) => (value * 180) / Math.PI,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  rad: (value) => (value * Math.PI) / 180,
  sgn: (value) => (value < 0 ? -1 : value > 0 ? 1 : value),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

/** Functions of each float by itself; histograms are left out. */
export const mathFunctions: Readonly<Record<string, FunctionImplementation>> = {
  ...Object.fromEntries(Object.entries(plain).map(([name, map]) => [name, elementwise(() => map)])),
  round: elementwise((context, step) => {
    const inverse = 1 / (context.scalars[1]?.[step] ?? 1);
    return (value) => Math.floor(value * inverse + 0.5) / inverse;
  }),
  clamp_min: elementwise(({ scalars }, step) => {
    const least = scalars[1]![step]!;
    return (value) => goMax(value, least);
  }),
  clamp_max: elementwise(({ scalars }, step) => {
    const most = scalars[1]![step]!;
    return (value) => goMin(value, most);
  }),
  clamp: elementwise(({ scalars }, step) => {
    const least = scalars[1]![step]!;
    const most = scalars[2]![step]!;
    return most < least ? undefined : (value) => goMax(least, goMin(most, value));
  }),
};

/** Go's `math.Max`: an infinity of the right sign counts for more than NaN. */
function goMax(a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b);
}

function goMin(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b);
}

/** `mapOf` is asked once a step; undefined leaves the step empty. */
export function elementwise(
  mapOf: (context: FunctionContext, step: number) => Map | undefined,
): FunctionImplementation {
  return { shape: 'block', kernel: (block, context) => mapBlock(block, context, mapOf) };
}

function mapBlock(
  block: SeriesBlock,
  context: FunctionContext,
  mapOf: (context: FunctionContext, step: number) => Map | undefined,
): SeriesBlock {
  const { steps, values, present } = block;
  const maps = Array.from({ length: steps }, (_, step) => mapOf(context, step));
  for (let at = 0; at < present.length; at++) {
    if (present[at] === ABSENT) continue;
    const map = maps[at % steps];
    if (present[at] === PRESENT_HISTOGRAM || map === undefined) present[at] = ABSENT;
    else {
      values[at] = map(values[at]!);
      present[at] = PRESENT;
    }
  }
  const { histograms: _left, ...floats } = block;
  return floats;
}
