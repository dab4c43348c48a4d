import type { BucketSpan, CounterResetHint, FloatHistogram } from '../../../src/model/histogram/float-histogram.ts';
import { addHistograms } from '../../../src/model/histogram/add-histograms.ts';
import { scaleHistogram } from '../../../src/model/histogram/scale-histogram.ts';
import type { Point } from './script.ts';

const token = /\{\{(?:[^}]|\}(?!\}))*\}\}(?:[+-]\{\{(?:[^}]|\}(?!\}))*\}\})?(?:x\d+)?|\S+/g;
const number = String.raw`[+-]?(?:inf|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)`;
const floats = new RegExp(`^(${number})(?:([+-])(${number.replace('[+-]?', '')}))?(?:x(\\d+))?$`, 'i');
const histograms = /^(\{\{.*?\}\})(?:([+-])(\{\{.*?\}\}))?(?:x(\d+))?$/;

/** Reads the points of a series line. @throws Error naming the token */
export function parsePoints(text: string): Point[] {
  return (text.match(token) ?? []).flatMap((part) => expand(part));
}

function expand(part: string): Point[] {
  const gap = /^(_|stale)(?:x(\d+))?$/.exec(part);
  if (gap !== null) {
    const point: Point = gap[1] === '_' ? undefined : { kind: 'stale' };
    return Array.from({ length: gap[2] === undefined ? 1 : Number(gap[2]) }, () => point);
  }
  return part.startsWith('{{') ? expandHistograms(part) : expandFloats(part);
}

function expandFloats(part: string): Point[] {
  const match = floats.exec(part);
  if (match === null) throw new Error(`bad point ${part}`);
  const [, first, sign, step, times] = match;
  const delta = step === undefined ? 0 : parseFloatText(step) * (sign === '-' ? -1 : 1);
  const count = times === undefined ? 1 : Number(times) + 1;
  const points: Point[] = [];
  let value = parseFloatText(first!);
  for (let i = 0; i < count; i++) {
    points.push({ kind: 'float', value });
    value += delta;
  }
  return points;
}

/** A number as scripts write it. */
export function parseFloatText(text: string): number {
  const plain = text.toLowerCase().replace(/^\+/, '');
  if (plain === 'nan' || plain === '-nan') return NaN;
  if (plain === 'inf') return Infinity;
  if (plain === '-inf') return -Infinity;
  return Number(plain);
}

function expandHistograms(part: string): Point[] {
  const match = histograms.exec(part);
  if (match === null) throw new Error(`bad histogram ${part}`);
  const [, first, sign, step, times] = match;
  const count = times === undefined ? 1 : Number(times) + 1;
  const start = parseHistogram(first!);
  const isHintGiven = first!.includes('counter_reset_hint');
  const delta = step === undefined ? undefined : scaleHistogram(parseHistogram(step), sign === '-' ? -1 : 1);
  const points: Point[] = [];
  let histogram = start;
  for (let i = 0; i < count; i++) {
    points.push({ kind: 'histogram', histogram, isHintGiven });
    if (delta !== undefined) histogram = plus(histogram, delta);
  }
  return points;
}

function plus(a: FloatHistogram, b: FloatHistogram): FloatHistogram {
  const result = addHistograms(a, b);
  if (!('histogram' in result)) throw new Error('histograms of a series cannot be added');
  return { ...result.histogram, counterResetHint: a.counterResetHint };
}

const hints: Readonly<Record<string, CounterResetHint>> = {
  unknown: 'unknown',
  reset: 'reset',
  not_reset: 'no-reset',
  gauge: 'gauge',
};

function parseHistogram(text: string): FloatHistogram {
  const fields = new Map(
    [...text.slice(2, -2).matchAll(/(\w+):(\[[^\]]*\]|\S+)/g)].map(([, key, value]) => [key!, value!]),
  );
  const numberOf = (key: string): number => parseFloatText(fields.get(key) ?? '0');
  const listOf = (key: string): number[] =>
    (fields.get(key) ?? '[]').slice(1, -1).split(/\s+/).filter(Boolean).map(parseFloatText);
  const positive = listOf('buckets');
  const negative = listOf('n_buckets');
  const spans = (offset: number, length: number): BucketSpan[] => (length === 0 ? [] : [{ offset, length }]);
  return {
    counterResetHint: hints[fields.get('counter_reset_hint') ?? 'unknown']!,
    schema: numberOf('schema'),
    zeroThreshold: numberOf('z_bucket_w'),
    zeroCount: numberOf('z_bucket'),
    count: numberOf('count'),
    sum: numberOf('sum'),
    positiveSpans: spans(numberOf('offset'), positive.length),
    positiveBuckets: Float64Array.from(positive),
    negativeSpans: spans(numberOf('n_offset'), negative.length),
    negativeBuckets: Float64Array.from(negative),
    customValues: listOf('custom_values'),
  };
}
