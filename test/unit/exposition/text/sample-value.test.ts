import { expect, it } from 'vitest';
import { parseSampleValue } from '../../../../src/exposition/text/sample-value.ts';

const parse = (text: string): number | undefined => {
  const bytes = Buffer.from(`x${text}x`);
  return parseSampleValue(bytes, 1, bytes.length - 1);
};

it.each<[text: string, value: number]>([
  ['0', 0],
  ['-0', -0],
  ['1', 1],
  ['-15', -15],
  ['+5', 5],
  ['123456789012345', 123_456_789_012_345],
  ['1234567890123456789', 1.2345678901234568e18],
  ['1e3', 1000],
  ['1E+3', 1000],
  ['.5', 0.5],
  ['5.', 5],
  ['-.5e-1', -0.05],
  ['1e-400', 0],
  ['1.7976931348623157e308', Number.MAX_VALUE],
  ['NaN', NaN],
  ['nan', NaN],
  ['Inf', Infinity],
  ['+Inf', Infinity],
  ['-Inf', -Infinity],
  ['iNf', Infinity],
  ['infinity', Infinity],
  ['-Infinity', -Infinity],
  ['0'.repeat(5000), 0],
])('%s', (text, value) => {
  expect(parse(text)).toBe(value);
});

it.each([
  '',
  '-',
  '+',
  '.',
  'e5',
  '1e',
  '1e+',
  '0x10',
  '1_000',
  '1p3',
  '+NaN',
  '-NaN',
  '1e999',
  '-1e999',
  '1 ',
  '1\r',
  'x',
  '--1',
  '1.2.3',
])('refuses %j', (text) => {
  expect(parse(text)).toBeUndefined();
});

it.each(['9'.repeat(309), `1${'0'.repeat(309)}`])('refuses a value out of range', (text) => {
  expect(parse(text)).toBeUndefined();
});
