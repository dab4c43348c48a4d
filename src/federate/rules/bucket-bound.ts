const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const infinity = /^[+-]?inf(?:inity)?$/i;

/**
 * The upper bound in a classic bucket's `le`, equal bounds in different writing (`1`, `1.0`) being one number; undefined
 * for a text that is no bound (absent, no number, NaN, beyond the range of a float): Prometheus ignores such a series.
 */
export function parseBucketBound(le: string): number | undefined {
  if (infinity.test(le)) return le.startsWith('-') ? -Infinity : Infinity;
  if (!decimal.test(le)) return undefined;
  const bound = Number(le);
  return Number.isFinite(bound) ? bound : undefined;
}
