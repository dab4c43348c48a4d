import { expect, it } from 'vitest';
import { parseSize, sizePattern } from '../../../src/config/size.ts';

it.each([
  ['0', 0],
  ['4096', 4096],
  ['7B', 7],
  ['1KB', 1024],
  ['1KiB', 1024],
  ['512KB', 524_288],
  ['1MB', 1_048_576],
  ['64MiB', 67_108_864],
  ['1.5GiB', 1_610_612_736],
  ['1TB', 2 ** 40],
  ['4PiB', 2 ** 52],
  ['0.5KB', 512],
])('reads %s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
  expect(text).toMatch(new RegExp(sizePattern, 'u'));
});

it.each(['', 'MB', '1 MB', '1mb', '1Mb', '1K', '-1', '1.5', '1.5B', '0.3KB', '8PiB', '8EB', '1e3', '0x10'])(
  'refuses %j',
  (text) => {
    expect(parseSize(text)).toBeUndefined();
  },
);
