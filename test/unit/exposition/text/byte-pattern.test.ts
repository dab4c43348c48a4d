import { expect, it } from 'vitest';
import { BytePattern, PATTERN_SLACK_BYTES } from '../../../../src/exposition/text/byte-pattern.ts';

const texts = [
  '',
  'a',
  'abc',
  'abcd',
  'abcde',
  'abcdefg',
  'abcdefgh',
  'abcdefghi',
  ',instance="",slave="0"} ',
  'é'.repeat(10),
];

function memory(text: string): { bytes: Buffer; view: DataView } {
  const bytes = Buffer.from(`..${text}${'.'.repeat(PATTERN_SLACK_BYTES)}`);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

it.each(texts)('finds %j where it stands', (text) => {
  const pattern = new BytePattern(text);
  expect(pattern.length).toBe(Buffer.byteLength(text));
  expect(pattern.isAt(memory(text).view, 2)).toBe(true);
});

it.each(texts)('does not take anything else for %j', (text) => {
  const pattern = new BytePattern(text);
  for (let i = 0; i < pattern.length; i++) {
    const { bytes, view } = memory(text);
    bytes[2 + i]! ^= 1;
    expect(pattern.isAt(view, 2)).toBe(false);
  }
});

it.each(texts)('copies %j', (text) => {
  const pattern = new BytePattern(text);
  const { bytes, view } = memory('#'.repeat(pattern.length));
  pattern.copyTo(view, 2);
  expect(bytes.toString('utf8', 0, 2 + pattern.length)).toBe(`..${text}`);
});

it('has its second byte for a quick look', () => {
  expect([new BytePattern('ab').secondByte, new BytePattern('a').secondByte]).toEqual([0x62, 0]);
});
