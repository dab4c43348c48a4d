import { compareLabelSets } from '../../model/label-set.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import { PRESENT, type SeriesBlock } from '../engine/series-block.ts';
import type { FunctionContext, FunctionImplementation } from './function-context.ts';
import { selectRows } from '../engine/block-rows.ts';
import { compareNatural } from './natural-order.ts';

/** Ordering of an instant vector; a range query is sorted by labels whatever they do. Histograms go, but for labels. */
export const sortFunctions: Readonly<Record<string, FunctionImplementation>> = {
  sort: { shape: 'vector', kernel: ([vector]) => byValue(vector!, 1), isOrdered: true },
  sort_desc: { shape: 'vector', kernel: ([vector]) => byValue(vector!, -1), isOrdered: true },
  sort_by_label: { shape: 'vector', kernel: ([vector], context) => byLabels(vector!, context, 1), isOrdered: true },
  sort_by_label_desc: {
    shape: 'vector',
    kernel: ([vector], context) => byLabels(vector!, context, -1),
    isOrdered: true,
  },
};

/** NaN last, whichever way. */
function byValue(block: SeriesBlock, direction: 1 | -1): SeriesBlock {
  const rows = [...block.labels.keys()].filter((row) => block.steps > 1 || block.present[row] === PRESENT);
  if (block.steps > 1) return block;
  rows.sort((a, b) => {
    const x = block.values[a]!;
    const y = block.values[b]!;
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return (x - y) * direction || 0;
  });
  return selectRows(block, rows);
}

function byLabels(block: SeriesBlock, { strings }: FunctionContext, direction: 1 | -1): SeriesBlock {
  const names = strings.slice(1) as string[];
  const compare = (a: SeriesLabels, b: SeriesLabels): number => {
    for (const name of names) {
      const order = compareNatural(valueOf(a, name), valueOf(b, name));
      if (order !== 0) return order * direction;
    }
    return compareLabelSets(a, b) * direction;
  };
  const rows = [...block.labels.keys()].sort((a, b) => compare(block.labels[a]!, block.labels[b]!));
  return selectRows(block, rows);
}

function valueOf(labels: SeriesLabels, name: string): string {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1]!;
  return '';
}
