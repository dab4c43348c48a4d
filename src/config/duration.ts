const unitsMs = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const units = Object.keys(unitsMs) as (keyof typeof unitsMs)[];

/** Prometheus holds durations in an int64 of nanoseconds. */
const maxDurationMs = 9_223_372_036_854;

/**
 * Matches a Prometheus duration: whole numbers with the units `y w d h m s ms`, each at most once and in this order, or
 * `0`. Also matches some that overflow.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 */
export const durationPattern: string = `^(?=[0-9])(?:0|${units.map((unit) => `(?:([0-9]+)${unit})?`).join('')})$`;

const durationRegex = new RegExp(durationPattern, 'u');

/** Milliseconds, or undefined where `text` is not a duration or is longer than 292 years. A year is 365 days. */
export function parseDuration(text: string): number | undefined {
  const match = durationRegex.exec(text);
  if (match === null) return undefined;
  const durationMs = units.reduce((sum, unit, i) => sum + Number(match[i + 1] ?? 0) * unitsMs[unit], 0);
  return durationMs <= maxDurationMs ? durationMs : undefined;
}
