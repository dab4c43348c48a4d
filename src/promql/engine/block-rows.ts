import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { labelsKey } from './label-groups.ts';
import type { SeriesBlock } from './series-block.ts';

/** Rows by {@link labelsKey}; of rows with equal labels the last. */
export function rowsByLabels({ labels }: SeriesBlock): Map<string, number> {
  return new Map(labels.map((own, row) => [labelsKey(own), row]));
}

/** A block of some of the rows of another, in the order given. */
export function selectRows(block: SeriesBlock, rows: readonly number[]): SeriesBlock {
  const { steps } = block;
  const values = new Float64Array(rows.length * steps);
  const present = new Uint8Array(rows.length * steps);
  const histograms: (FloatHistogram | undefined)[] | undefined = block.histograms === undefined ? undefined : [];
  for (const [to, from] of rows.entries()) {
    values.set(block.values.subarray(from * steps, (from + 1) * steps), to * steps);
    present.set(block.present.subarray(from * steps, (from + 1) * steps), to * steps);
    if (histograms === undefined) continue;
    for (let step = 0; step < steps; step++) histograms[to * steps + step] = block.histograms![from * steps + step];
  }
  return {
    steps,
    labels: rows.map((row) => block.labels[row]!),
    values,
    present,
    ...(histograms === undefined ? {} : { histograms }),
    ...(block.dropName === undefined ? {} : { dropName: Uint8Array.from(rows, (row) => block.dropName![row]!) }),
  };
}

/** One block out of several, rows in their order. Of a single block that block itself. */
export function concatBlocks(blocks: readonly SeriesBlock[], steps: number): SeriesBlock {
  if (blocks.length === 1) return blocks[0]!;
  const rows = blocks.reduce((sum, block) => sum + block.labels.length, 0);
  const values = new Float64Array(rows * steps);
  const present = new Uint8Array(rows * steps);
  const hasHistograms = blocks.some(({ histograms }) => histograms !== undefined);
  const histograms: (FloatHistogram | undefined)[] = [];
  const dropsNames = blocks.some(({ dropName }) => dropName !== undefined);
  const dropName = new Uint8Array(dropsNames ? rows : 0);
  let row = 0;
  for (const block of blocks) {
    values.set(block.values, row * steps);
    present.set(block.present, row * steps);
    if (block.dropName !== undefined) dropName.set(block.dropName, row);
    for (const [at, histogram] of block.histograms?.entries() ?? []) histograms[row * steps + at] = histogram;
    row += block.labels.length;
  }
  return {
    steps,
    labels: blocks.flatMap(({ labels }) => labels),
    values,
    present,
    ...(hasHistograms ? { histograms } : {}),
    ...(dropsNames ? { dropName } : {}),
  };
}
