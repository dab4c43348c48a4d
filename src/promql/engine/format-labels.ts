import { METRIC_NAME } from '../../model/label-set.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import { goQuote } from '../lexer/go-quote.ts';

const plainName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A label set as Prometheus' messages show it: `{__name__="up", job="a"}`. */
export function formatLabels(labels: SeriesLabels): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i]!;
    pairs.push(`${name === METRIC_NAME || plainName.test(name) ? name : goQuote(name)}=${goQuote(labels[i + 1]!)}`);
  }
  return `{${pairs.join(', ')}}`;
}
