import { expect, it } from 'vitest';
import { jsonFloat, jsonScalarFloat } from '../../../../src/query/encode/json-float.ts';
import { jsonHtmlText, jsonText } from '../../../../src/query/encode/json-text.ts';
import { jsonTimestamp } from '../../../../src/query/encode/json-timestamp.ts';

it.each([
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [-1.5, '-1.5'],
  [NaN, 'NaN'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [1e20, '100000000000000000000'],
  [1e21, '1e+21'],
  [1e-6, '0.000001'],
  [1e-7, '1e-07'],
  [1.5e-10, '1.5e-10'],
  [1e300, '1e+300'],
])('writes the float %s as %s', (value, text) => {
  expect(jsonFloat(value)).toBe(text);
});

it.each([
  [1e21, '1000000000000000000000'],
  [1e-7, '0.0000001'],
  [-1.25e22, '-12500000000000000000000'],
  [2, '2'],
  [NaN, 'NaN'],
])('writes the scalar %s as %s', (value, text) => {
  expect(jsonScalarFloat(value)).toBe(text);
});

it.each([
  [0, '0'],
  [1000, '1'],
  [1_000_250, '1000.250'],
  [-1500, '-1.500'],
  [10, '0.010'],
])('writes %s ms as %s', (ms, text) => {
  expect(jsonTimestamp(ms)).toBe(text);
});

it('escapes what Go escapes, and for HTML more', () => {
  expect(jsonText('a"\\\n\r\t\b\u0001<&>é')).toBe(String.raw`"a\"\\\n\r\t\u0008\u0001<&>é"`);
  expect(jsonHtmlText('<a&b>\u2028')).toBe(String.raw`"\u003ca\u0026b\u003e\u2028"`);
});
