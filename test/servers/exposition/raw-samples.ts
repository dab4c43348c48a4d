import type { PrometheusServer } from '../process/prometheus.ts';
import { seriesKey } from './read-exposition.ts';

export interface RawSample {
  readonly timestampMs: number;
  readonly value: number;
}

/** All samples that a server stored in the last `range` (a PromQL duration), by series key; labels may be rewritten first. */
export async function rawSamples(
  server: PrometheusServer,
  range: string,
  relabel: (labels: Readonly<Record<string, string>>) => Readonly<Record<string, string>> = (labels) => labels,
): Promise<Map<string, RawSample[]>> {
  const found = new Map<string, RawSample[]>();
  for (const { metric, values } of await server.query(`{__name__!=""}[${range}]`)) {
    const key = seriesKey(metric['__name__'] ?? '', relabel(metric));
    const samples = values.map(([seconds, value]) => ({
      timestampMs: Math.round(seconds * 1000),
      value: toNumber(value),
    }));
    found.set(key, samples);
  }
  return found;
}

/** A sample value as text, in any of the forms servers write. */
export function toNumber(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return Number(text);
}

/** The longest time between two neighbouring samples, in ms; 0 for fewer than two. */
export function longestGapMs(samples: readonly RawSample[]): number {
  let longest = 0;
  for (let i = 1; i < samples.length; i++) {
    longest = Math.max(longest, samples[i]!.timestampMs - samples[i - 1]!.timestampMs);
  }
  return longest;
}

/** The first sample that is smaller than the one before: a counter reset, or what looks like one. */
export function firstFall(samples: readonly RawSample[]): RawSample | undefined {
  return samples.find((sample, i) => i > 0 && sample.value < samples[i - 1]!.value);
}

/** By how much a sample is smaller than the one before, at most; 0 where none is. */
export function largestFall(samples: readonly RawSample[]): number {
  return samples.reduce((fall, { value }, i) => Math.max(fall, i === 0 ? 0 : samples[i - 1]!.value - value), 0);
}

/** What a series grows by in so many seconds, by its mean slope over all samples. */
export function growthIn(samples: readonly RawSample[], seconds: number): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || first === last) return 0;
  return ((last.value - first.value) / (last.timestampMs - first.timestampMs)) * 1000 * seconds;
}
