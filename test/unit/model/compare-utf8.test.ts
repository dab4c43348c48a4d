import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareUtf8 } from '../../../src/model/compare-utf8.ts';

const sign = (order: number): number => Math.sign(order);

it.each([
  ['', '', 0],
  ['a', 'ab', -1],
  ['b', 'ab', 1],
  ['\uE000', '\u{10000}', -1],
  ['\uFFFF', '\u{1F600}', -1],
  ['\u{1F600}', '\u{1F601}', -1],
])('compares %j with %j', (a, b, order) => {
  expect(sign(compareUtf8(a, b))).toBe(order);
});

it('orders as the UTF-8 bytes do', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
