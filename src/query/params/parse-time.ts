import { goQuote } from '../../promql/lexer/go-quote.ts';

/** Go's `time.RFC3339Nano` as `time.Parse` reads it: any number of decimals, `Z` or an offset. */
const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** The bounds of Go's time in ms, as far as a float has them. */
const maxTimeMs = 2 ** 63;
const minTimeMs = -maxTimeMs;

/** The two times that Prometheus prints for "no bound" and reads back. */
const boundaries: ReadonlyMap<string, number> = new Map([
  ['-292273086-05-16T16:47:06Z', minTimeMs],
  ['292277025-08-18T07:12:54.999999999Z', maxTimeMs],
]);

/**
 * A point in time as Prometheus' API takes it: Unix seconds as a float, or RFC 3339. Milliseconds, whole.
 * @throws Error `cannot parse "x" to a valid timestamp`
 */
export function parseTimeMs(text: string): number {
  const seconds = parseGoFloat(text);
  if (seconds !== undefined) return secondsToMs(seconds);
  const match = rfc3339.exec(text);
  const timestampMs = match === null ? boundaries.get(text) : rfc3339Ms(match);
  if (timestampMs === undefined) throw new Error(`cannot parse ${goQuote(text)} to a valid timestamp`);
  return timestampMs;
}

/** Rounds to milliseconds like Prometheus: the whole seconds apart from the fraction. What is no number is the least time there is. */
function secondsToMs(seconds: number): number {
  // NaN becomes the least number there is, as in Go.
  if (!Number.isFinite(seconds)) return seconds > 0 ? maxTimeMs : minTimeMs;
  const whole = Math.trunc(seconds);
  return whole * 1000 + Math.round((seconds - whole) * 1000);
}

function rfc3339Ms(match: RegExpExecArray): number | undefined {
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours, offsetMinutes] = match;
  const parts = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [y, mo, d, h, mi, s] = parts;
  const daysInMonth = new Date(Date.UTC(y, mo, 0)).getUTCDate();
  if (mo < 1 || mo > 12 || d < 1 || d > daysInMonth || h > 23 || mi > 59 || s > 59) return undefined;
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60_000 * (sign === '-' ? -1 : 1);
  return new Date(Date.UTC(y, mo - 1, d, h, mi, s)).getTime() + Math.floor(Number(`0.${fraction}0`) * 1000) - offset;
}

const goFloat = /^[+-]?(?:(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][+-]?\d+)$/;

/** A number as Go's `strconv.ParseFloat` reads it; undefined where it is none. */
export function parseGoFloat(text: string): number | undefined {
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  if (!goFloat.test(text) || text.includes('_')) return undefined;
  return /x/i.test(text) ? undefined : Number(text);
}
