import { FLOAT, type RawSeries } from '../../model/raw-series.ts';
import { METRIC_NAME, labelValue } from '../../model/label-set.ts';

const counterSuffix = /_(?:total|count|sum|bucket)$/;

/**
 * Whether a falling value would be read as a counter reset. The type is not known here: a counter is what is named like
 * one, or what never falls in any replica though it moves.
 */
export function looksLikeCounter(replicas: readonly RawSeries[]): boolean {
  if (replicas.some(({ labels }) => counterSuffix.test(labelValue(labels, METRIC_NAME)))) return true;
  return replicas.every((series) => neverFalls(series)) && replicas.some((series) => moves(series));
}

function neverFalls({ values, kinds }: RawSeries): boolean {
  let last = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (kinds !== undefined && kinds[i] !== FLOAT) continue;
    if (values[i]! < last) return false;
    last = values[i]!;
  }
  return true;
}

function moves({ values }: RawSeries): boolean {
  return values.length > 2 && values[0] !== values.at(-1);
}
