import { CUSTOM_SCHEMA } from './buckets.ts';

/** Upper bound of the bucket `index` of a schema; of negative buckets the absolute value of the lower one. */
export function upperBound(index: number, schema: number, customValues: readonly number[]): number {
  if (schema === CUSTOM_SCHEMA) {
    if (index < 0) return -Infinity;
    return customValues[index] ?? Infinity;
  }
  if (schema < 0) {
    const exponent = index * 2 ** -schema;
    return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
  }
  const whole = Math.floor(index / 2 ** schema);
  const part = index - whole * 2 ** schema;
  if (part === 0 && whole === 1024) return Number.MAX_VALUE;
  return 2 ** (part / 2 ** schema) * 2 ** whole;
}

/** Lower bound of the bucket `index`. */
export function lowerBound(index: number, schema: number, customValues: readonly number[]): number {
  return upperBound(index - 1, schema, customValues);
}
