import { expect, it } from 'vitest';

import { addressOf } from '../../../src/upstream/upstream-target.ts';

it.each([
  ['http://prom:9090', ''],
  ['http://prom:9090/', ''],
  ['https://prom/a/b', '/a/b'],
  ['https://prom/a/b//', '/a/b'],
])('path of %s is "%s"', (url, path) => {
  expect(addressOf({ url }).basePath).toBe(path);
});
