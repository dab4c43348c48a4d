import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { METRIC_NAME, labelValue } from '../../model/label-set.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import { BlockBuilder } from '../engine/block-builder.ts';
import { PRESENT, PRESENT_HISTOGRAM, type SeriesBlock } from '../engine/series-block.ts';
import { goQuote } from '../lexer/go-quote.ts';
import { classicFraction, classicQuantile, repairBuckets, type ClassicBucket } from './classic-buckets.ts';
import type { FunctionContext } from './function-context.ts';
import { withLabel } from './label-functions.ts';
import { nativeFraction, nativeQuantile } from './native-quantile.ts';
import { badQuantile, forMetric, info, warning } from './warnings.ts';

/** How one kind of question is answered for either kind of histogram. */
interface Question {
  readonly name: string;
  readonly vectorArgument: number;
  ofNative(histogram: FloatHistogram, step: number, labels: SeriesLabels): number;
  ofClassic(buckets: readonly ClassicBucket[] | undefined, step: number): number;
}

export function histogramQuantile(vector: SeriesBlock, context: FunctionContext): SeriesBlock {
  const phis = context.scalars[0]!;
  for (const phi of phis) {
    if (Number.isNaN(phi) || phi < 0 || phi > 1) context.annotations.add(badQuantile(phi, context.argSpans[0]!));
  }
  return answer(vector, context, {
    name: 'histogram_quantile',
    vectorArgument: 1,
    ofNative: (histogram, step, labels) => {
      const { value, nan } = nativeQuantile(phis[step]!, histogram);
      if (nan !== 'none') {
        const effect = nan === 'result-is-nan' ? 'NaN' : 'skewed higher';
        const message = `input to histogram_quantile has NaN observations, result is ${effect}`;
        context.annotations.add(info(forMetric(message, labels), context.argSpans[0]!));
      }
      return value;
    },
    ofClassic: (buckets, step) => classicQuantile(phis[step]!, buckets),
  });
}

export function histogramFraction(vector: SeriesBlock, context: FunctionContext): SeriesBlock {
  const [lowers, uppers] = context.scalars as [Float64Array, Float64Array];
  return answer(vector, context, {
    name: 'histogram_fraction',
    vectorArgument: 2,
    ofNative: (histogram, step, labels) => {
      if (Number.isNaN(histogram.sum)) {
        const message = 'input to histogram_fraction has NaN observations, which are excluded from all fractions';
        context.annotations.add(info(forMetric(message, labels), context.argSpans[2]!));
      }
      return nativeFraction(lowers[step]!, uppers[step]!, histogram);
    },
    ofClassic: (buckets, step) => classicFraction(lowers[step]!, uppers[step]!, buckets),
  });
}

/** The buckets of one classic histogram and the native one of the same labels: rows of the vector. */
interface Group {
  readonly labels: SeriesLabels;
  readonly named: SeriesLabels;
  readonly buckets: { readonly row: number; readonly upperBound: number }[];
  readonly natives: number[];
}

function answer(vector: SeriesBlock, context: FunctionContext, question: Question): SeriesBlock {
  const output = new BlockBuilder(vector.steps);
  for (const group of groupsOf(vector, context, question)) {
    const row = output.addRow(group.labels);
    for (let step = 0; step < vector.steps; step++) {
      const value = valueAt({ vector, group, step, context }, question);
      if (value !== undefined) output.set(row, step, value);
    }
  }
  return output.toBlock();
}

interface Place {
  readonly vector: SeriesBlock;
  readonly group: Group;
  readonly step: number;
  readonly context: FunctionContext;
}

function valueAt({ vector, group, step, context }: Place, question: Question): number | undefined {
  const at = (row: number): number => row * vector.steps + step;
  const native = group.natives.find((row) => vector.present[at(row)] === PRESENT_HISTOGRAM);
  const buckets = group.buckets
    .filter(({ row }) => vector.present[at(row)] === PRESENT)
    .map(({ row, upperBound }) => ({ upperBound, count: vector.values[at(row)]! }));
  const span = context.argSpans[question.vectorArgument]!;
  if (native !== undefined && buckets.length > 0) {
    const message = 'vector contains a mix of classic and native histograms';
    context.annotations.add(warning(forMetric(message, group.named), span));
    return undefined;
  }
  if (native !== undefined) return question.ofNative(vector.histograms![at(native)]!, step, group.named);
  if (buckets.length === 0) return undefined;
  const repairs = { wasForced: false };
  const value = question.ofClassic(repairBuckets(buckets, repairs), step);
  if (repairs.wasForced && question.name === 'histogram_quantile') {
    const page = 'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile';
    const message = `input to histogram_quantile needed to be fixed for monotonicity (see ${page})`;
    context.annotations.add(info(forMetric(message, group.named), span));
  }
  return value;
}

function groupsOf(vector: SeriesBlock, context: FunctionContext, question: Question): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const [row, labels] of vector.labels.entries()) {
    const from = row * vector.steps;
    const kinds = vector.present.subarray(from, from + vector.steps);
    if (kinds.includes(PRESENT_HISTOGRAM)) groupOf(groups, labels, { dropsBound: false }).natives.push(row);
    if (!kinds.includes(PRESENT)) continue;
    const upperBound = parseBound(labelValue(labels, 'le'));
    if (upperBound === undefined) {
      const span = context.argSpans[question.vectorArgument]!;
      const problem = `bucket label "le" is missing or has a malformed value of ${goQuote(labelValue(labels, 'le'))}`;
      context.annotations.add(warning(forMetric(problem, labels), span));
    } else groupOf(groups, labels, { dropsBound: true }).buckets.push({ row, upperBound });
  }
  return groups.values();
}

function groupOf(groups: Map<string, Group>, labels: SeriesLabels, { dropsBound }: { dropsBound: boolean }): Group {
  const named = dropsBound ? withLabel(labels, 'le', '') : labels;
  const key = named.join('\u0000');
  // Two metrics of otherwise equal labels are two histograms, whose results the engine then finds to be twins.
  const group = groups.get(key) ?? { labels: withLabel(named, METRIC_NAME, ''), named, buckets: [], natives: [] };
  groups.set(key, group);
  return group;
}

function parseBound(text: string): number | undefined {
  if (/^\+?inf(?:inity)?$/i.test(text)) return Infinity;
  if (/^-inf(?:inity)?$/i.test(text)) return -Infinity;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
