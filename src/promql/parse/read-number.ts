import { goQuote } from '../lexer/go-quote.ts';
import type { Token } from '../lexer/token.ts';
import type { TokenReader } from './token-reader.ts';

const unitsMs: ReadonlyMap<string, number> = new Map([
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]);
const maxDurationMs = 9_223_372_036_854;
const maxInteger = 2n ** 63n - 1n;

/** What a number token stands for. @throws ParseError where it is out of the grammar that the lexer let through */
export function readNumber(reader: TokenReader, { start, text }: Token): number {
  const value = text.endsWith('_') ? 'invalid syntax' : (parseInteger(text) ?? parseFloatText(text));
  if (typeof value === 'number') return value;
  throw reader.fail(start, `error parsing number: strconv.ParseFloat: parsing ${goQuote(text)}: ${value}`);
}

/** As Go reads it: `0x` is hexadecimal, a mere leading `0` octal. */
function parseInteger(text: string): number | undefined {
  const digits = text.replaceAll('_', '').toLowerCase();
  const prefixed = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  if (!/^(?:0x[0-9a-f]+|0o[0-7]+|0|[1-9]\d*)$/.test(prefixed)) return undefined;
  const value = BigInt(prefixed);
  return value > maxInteger ? undefined : Number(value);
}

function parseFloatText(text: string): number | 'invalid syntax' | 'value out of range' {
  const plain = text.toLowerCase().replaceAll('_', '');
  if (plain === 'inf') return Infinity;
  if (plain === 'nan') return NaN;
  if (!/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(plain)) return 'invalid syntax';
  const value = Number(plain);
  return Number.isFinite(value) ? value : 'value out of range';
}

/** A duration token in ms. @throws ParseError where units are wrong, out of order or too many */
export function readDurationMs(reader: TokenReader, { start, text }: Token): number {
  const units = [...unitsMs.keys()];
  if (text.startsWith('.')) throw reader.fail(start, `not a valid duration string: ${goQuote(text)}`);
  let ms = 0;
  let last = -1;
  for (const [, digits, unit] of text.matchAll(/(\d+)(\D*)/g) as Iterable<[string, string, string]>) {
    const invalid = `not a valid duration string: ${goQuote(text)}`;
    if (unit === '' || BigInt(digits) >= 2n ** 64n) throw reader.fail(start, invalid);
    const position = units.indexOf(unit);
    if (position === -1) throw reader.fail(start, `unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`);
    if (position <= last) throw reader.fail(start, invalid);
    last = position;
    ms += Number(digits) * unitsMs.get(unit)!;
    if (ms > maxDurationMs) throw reader.fail(start, 'duration out of range');
  }
  return ms;
}
