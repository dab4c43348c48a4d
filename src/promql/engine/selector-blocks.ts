import { HISTOGRAM, STALE, type RawSeries } from '../../model/raw-series.ts';
import type { VectorSelector } from '../ast/ast.ts';
import { BlockBuilder } from './block-builder.ts';
import type { Evaluation } from './evaluation.ts';
import type { SelectHints } from './sample-source.ts';
import { selectTimesMs } from './select-times.ts';
import type { SeriesBlock } from './series-block.ts';

export interface SelectorOptions {
  readonly hints: SelectHints;
  /** `timestamp(selector)`: the sample's own time in seconds instead of its value. */
  readonly takesTime: boolean;
}

/**
 * The newest sample of each series at each step, not older than the lookback (a sample exactly that old does not count),
 * none behind a stale marker.
 */
export async function* selectorBlocks(
  selector: VectorSelector,
  evaluation: Evaluation,
  options: SelectorOptions,
): AsyncGenerator<SeriesBlock, void> {
  const { lookbackDeltaMs, source, signal } = evaluation.options;
  const times = selectTimesMs(selector, evaluation.grid, evaluation.options);
  const request = {
    matchers: selector.matchers,
    startMs: times[0]! - lookbackDeltaMs + 1,
    endMs: times.at(-1)!,
    hints: options.hints,
  };
  for await (const batch of source.select(request, signal)) {
    const builder = new BlockBuilder(times.length, batch.length);
    for (const series of batch) {
      evaluation.budget.countRead(series.timestampsMs.length);
      addSeries(builder, series, { times, lookbackDeltaMs, takesTime: options.takesTime });
    }
    evaluation.budget.take(builder.rows * times.length);
    yield builder.toBlock();
    evaluation.budget.release(builder.rows * times.length);
  }
}

interface Lookup {
  readonly times: Float64Array;
  readonly lookbackDeltaMs: number;
}

function addSeries(builder: BlockBuilder, series: RawSeries, lookup: Lookup & { readonly takesTime: boolean }): void {
  const { timestampsMs, values, kinds, histograms } = series;
  const row = builder.addRow(series.labels);
  let found = false;
  lookUp(series, lookup, (step, index) => {
    found = true;
    if (lookup.takesTime) builder.set(row, step, timestampsMs[index]! / 1000);
    else if (kinds?.[index] === HISTOGRAM) builder.setHistogram(row, step, histograms![index]!);
    else builder.set(row, step, values[index]!);
  });
  if (!found) builder.removeLastRow();
}

/** Calls `onSample` for every step at which the series has a value, with the index of its sample. */
export function lookUp(
  { timestampsMs, kinds }: RawSeries,
  { times, lookbackDeltaMs }: Lookup,
  onSample: (step: number, index: number) => void,
): void {
  let index = -1;
  for (let step = 0; step < times.length; step++) {
    const time = times[step]!;
    while (index + 1 < timestampsMs.length && timestampsMs[index + 1]! <= time) index++;
    if (index < 0 || timestampsMs[index]! <= time - lookbackDeltaMs) continue;
    if (kinds?.[index] !== STALE) onSample(step, index);
  }
}
