import { expect, it } from 'vitest';
import { formats } from '../../../../src/config/schema/formats.ts';

it.each([
  ['duration', ['0', '0s', '1y'], ['', '5', '300y']],
  ['positiveDuration', ['1ms', '1y'], ['0', '0s', '300y']],
  ['timeout', ['1ms', '24d', '576h'], ['0s', '24d1ms', '4w']],
  ['size', ['0', '0B', '1KB'], ['', '1K']],
  ['positiveSize', ['1', '1KB'], ['0', '0MB', '']],
] as const)('%s', (name, accepted, refused) => {
  expect(accepted.filter((text) => !formats[name].accepts(text))).toEqual([]);
  expect(refused.filter((text) => formats[name].accepts(text))).toEqual([]);
});
