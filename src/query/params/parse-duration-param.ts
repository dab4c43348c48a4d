import { goQuote } from '../../promql/lexer/go-quote.ts';
import { parseGoFloat } from './parse-time.ts';

const duration = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const unitsMs = [31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1];
const maxDurationMs = 9_223_372_036_854.775;

/**
 * A duration as Prometheus' API takes it: seconds as a float, or `1h30m`. Milliseconds, possibly with a fraction; may be
 * negative.
 * @throws Error in Prometheus' words
 */
export function parseDurationParamMs(text: string): number {
  const seconds = parseGoFloat(text);
  if (seconds !== undefined) {
    const ms = seconds * 1000;
    if (Math.abs(ms) <= maxDurationMs) return ms;
    throw new Error(`cannot parse ${goQuote(text)} to a valid duration. It overflows int64`);
  }
  const match = text === '' ? null : duration.exec(text);
  if (match === null) {
    if (text === '0') return 0;
    throw new Error(`cannot parse ${goQuote(text)} to a valid duration`);
  }
  return match.slice(1).reduce((sum, amount, i) => sum + Number(amount ?? 0) * unitsMs[i]!, 0);
}
