import SnappyJS from 'snappyjs';
import { expect, it } from 'vitest';
import { uncompressSnappy } from '../../../src/remote/uncompress-snappy.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

it.each(['', 'a', 'abc'.repeat(5000), 'x'.repeat(70), Array.from({ length: 3000 }, (_, i) => String(i * i)).join()])(
  'reads what was compressed (%#)',
  (content) => {
    expect(text(uncompressSnappy(SnappyJS.compress(Buffer.from(content)), 1 << 20))).toBe(content);
  },
);

it('reads each kind of element', () => {
  const literal = [0b0000_1000, ...Buffer.from('abc')];
  const long = [60 << 2, 69, ...Buffer.from('x'.repeat(70))];
  const near = [0b0000_0001, 3];
  const far = [0b0000_1010, 3, 0];
  const farther = [0b0000_1011, 3, 0, 0, 0];
  const block = Uint8Array.from([83, ...literal, ...near, ...far, ...farther, ...long]);
  expect(text(uncompressSnappy(block, 100))).toBe(`abcabcabcabca${'x'.repeat(70)}`);
});

it.each([
  ['no length', [], /length of the content/],
  ['a length that does not end', [0xff, 0xff, 0xff, 0xff, 0xff, 1], /length of the content/],
  ['too much', [101, 0, 0x61], /101 bytes exceeds the limit of 100/],
  ['a literal of 4 GiB', [10, 63 << 2, 0xf0, 0xff, 0xff, 0xff, 0x61], /middle of an element/],
  ['a literal that is cut short', [10, 9 << 2, 0x61], /middle of an element/],
  ['less than announced', [10, 0, 0x61], /not as long/],
  ['more than announced', [1, 1 << 2, 0x61, 0x61], /not as long/],
  ['a copy from before the start', [8, 0, 0x61, 0b0001_1001, 2], /2 bytes before the 1/],
  ['a copy from nowhere', [8, 0, 0x61, 0b0001_1001, 0], /0 bytes before/],
])('refuses %s at once', (_, bytes, reason) => {
  const begun = performance.now();
  expect(() => uncompressSnappy(Uint8Array.from(bytes), 100)).toThrow(reason);
  expect(performance.now() - begun).toBeLessThan(1000);
});
