import { histogramJson } from '../../model/histogram/histogram-json.ts';
import { compareLabelSets } from '../../model/label-set.ts';
import { HISTOGRAM, STALE, type RawSeries } from '../../model/raw-series.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import type { Grid } from '../../promql/engine/grid.ts';
import type { QueryValue } from '../../promql/engine/query-value.ts';
import { ABSENT, PRESENT, PRESENT_HISTOGRAM, type SeriesBlock } from '../../promql/engine/series-block.ts';
import { jsonFloat, jsonScalarFloat } from './json-float.ts';
import { jsonHtmlText, jsonText } from './json-text.ts';
import { jsonTimestamp } from './json-timestamp.ts';

export interface EncodeOptions {
  readonly grid: Grid;
  readonly isInstant: boolean;
  /** Series that leave at most; 0 = all. */
  readonly limit: number;
  /** Told when there were more than that. */
  readonly onTruncated: () => void;
}

/**
 * The JSON of `data` without its closing brace, `{"resultType":…,"result":…`, in pieces of about one series. Instant
 * vectors keep the order of the blocks; everything else is sorted by labels, as Prometheus does.
 */
export function* encodeValue(value: QueryValue, options: EncodeOptions): Generator<string, void> {
  const { grid, isInstant } = options;
  switch (value.type) {
    case 'string':
      yield `{"resultType":"string","result":[${scalarTime(grid.startMs)},${jsonHtmlText(value.value)}]`;
      return;
    case 'scalar':
      yield isInstant
        ? `{"resultType":"scalar","result":[${scalarTime(grid.startMs)},"${jsonScalarFloat(value.values[0]!)}"]`
        : `{"resultType":"matrix","result":[{"metric":{},"values":[${scalarPoints(value.values, grid)}]}]`;
      return;
    case 'matrix':
      yield '{"resultType":"matrix","result":[';
      yield* rawSeries(value.series, options);
      break;
    case 'vector':
      yield `{"resultType":"${isInstant ? 'vector' : 'matrix'}","result":[`;
      yield* isInstant ? vector(value.blocks, options) : matrix(value.blocks, options);
      break;
  }
  yield ']';
}

/** Scalars and strings have their time as a float, not as a timestamp. */
function scalarTime(timestampMs: number): string {
  return String(timestampMs / 1000);
}

function scalarPoints(values: Float64Array, grid: Grid): string {
  return Array.from(values, (value, i) => point(grid.startMs + i * grid.stepMs, value)).join(',');
}

function point(timestampMs: number, value: number): string {
  return `[${jsonTimestamp(timestampMs)},"${jsonFloat(value)}"]`;
}

/** One element of the result: a block and the series in it. */
interface Row {
  readonly block: SeriesBlock;
  readonly series: number;
}

function* vector(blocks: readonly SeriesBlock[], options: EncodeOptions): Generator<string, void> {
  const rows = limited(presentRows(blocks), options);
  const time = jsonTimestamp(options.grid.startMs);
  let separator = '';
  for (const { block, series } of rows) {
    const metric = `${separator}{"metric":${jsonLabels(block.labels[series]!)}`;
    separator = ',';
    if (block.present[series] === PRESENT) {
      yield `${metric},"value":[${time},"${jsonFloat(block.values[series]!)}"]}`;
    } else {
      yield `${metric},"histogram":[${time},${histogramJson(block.histograms![series]!, jsonFloat)}]}`;
    }
  }
}

function* presentRows(blocks: readonly SeriesBlock[]): Generator<Row, void> {
  for (const block of blocks) {
    for (let series = 0; series < block.labels.length; series++) {
      const from = series * block.steps;
      if (block.present.subarray(from, from + block.steps).some((present) => present !== ABSENT))
        yield { block, series };
    }
  }
}

function* limited<T>(rows: Iterable<T>, { limit, onTruncated }: EncodeOptions): Generator<T, void> {
  let given = 0;
  for (const row of rows) {
    if (limit > 0 && given === limit) {
      onTruncated();
      return;
    }
    given += 1;
    yield row;
  }
}

function* matrix(blocks: readonly SeriesBlock[], options: EncodeOptions): Generator<string, void> {
  const rows = [...presentRows(blocks)].sort((a, b) =>
    compareLabelSets(a.block.labels[a.series]!, b.block.labels[b.series]!),
  );
  let separator = '';
  for (const row of limited(rows, options)) {
    yield separator + matrixElement(row, options.grid);
    separator = ',';
  }
}

function matrixElement({ block, series }: Row, grid: Grid): string {
  let values = '';
  let histograms = '';
  const from = series * block.steps;
  for (let step = 0; step < block.steps; step++) {
    const at = from + step;
    const timestampMs = grid.startMs + step * grid.stepMs;
    if (block.present[at] === PRESENT) {
      values += `${values === '' ? '' : ','}${point(timestampMs, block.values[at]!)}`;
    } else if (block.present[at] === PRESENT_HISTOGRAM) {
      const text = histogramJson(block.histograms![at]!, jsonFloat);
      histograms += `${histograms === '' ? '' : ','}[${jsonTimestamp(timestampMs)},${text}]`;
    }
  }
  return element(block.labels[series]!, values, histograms);
}

function element(labels: SeriesLabels, values: string, histograms: string): string {
  const floats = values === '' ? '' : `,"values":[${values}]`;
  const natives = histograms === '' ? '' : `,"histograms":[${histograms}]`;
  return `{"metric":${jsonLabels(labels)}${floats}${natives}}`;
}

function* rawSeries(series: readonly RawSeries[], options: EncodeOptions): Generator<string, void> {
  const sorted = [...series].sort((a, b) => compareLabelSets(a.labels, b.labels));
  let separator = '';
  for (const one of limited(sorted, options)) {
    yield separator + rawElement(one);
    separator = ',';
  }
}

function rawElement({ labels, timestampsMs, values, kinds, histograms }: RawSeries): string {
  let floats = '';
  let natives = '';
  for (let i = 0; i < values.length; i++) {
    const kind = kinds?.[i];
    if (kind === STALE) continue;
    if (kind === HISTOGRAM) {
      const text = histogramJson(histograms![i]!, jsonFloat);
      natives += `${natives === '' ? '' : ','}[${jsonTimestamp(timestampsMs[i]!)},${text}]`;
    } else {
      floats += `${floats === '' ? '' : ','}${point(timestampsMs[i]!, values[i]!)}`;
    }
  }
  return element(labels, floats, natives);
}

function jsonLabels(labels: SeriesLabels): string {
  let text = '{';
  for (let i = 0; i < labels.length; i += 2) {
    text += `${i === 0 ? '' : ','}${jsonText(labels[i]!)}:${jsonText(labels[i + 1]!)}`;
  }
  return `${text}}`;
}
