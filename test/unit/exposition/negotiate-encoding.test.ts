import { expect, it } from 'vitest';
import { negotiateEncoding } from '../../../src/exposition/negotiate-encoding.ts';

it.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['deflate', 'deflate'],
  ['zstd', 'zstd'],
  ['br', 'identity'],
  ['identity', 'identity'],
  ['gzip, deflate, br, zstd', 'gzip'],
  ['zstd, gzip', 'gzip'],
  ['deflate, zstd', 'zstd'],
  ['gzip;q=0.5, zstd', 'zstd'],
  ['gzip;q=0.8, zstd;q=0.9', 'zstd'],
  ['gzip;q=1.0', 'gzip'],
  ['gzip ; q = 0.5', 'gzip'],
  ['gzip;q=0', 'identity'],
  ['gzip;q=0.000, deflate;q=0.001', 'deflate'],
  ['gzip;q=0, *', 'zstd'],
  ['*', 'gzip'],
  ['*;q=0', 'identity'],
  ['identity;q=0', 'identity'],
  ['identity, gzip;q=0.5', 'identity'],
  ['identity, gzip', 'gzip'],
  ['gzip;q=2', 'identity'],
  ['gzip;q=x, deflate', 'deflate'],
  [',,gzip,', 'gzip'],
] as const)('for Accept-Encoding %j uses %s', (header, encoding) => {
  expect(negotiateEncoding(header)).toBe(encoding);
});
