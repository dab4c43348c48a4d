import { expect, it } from 'vitest';

import { createReadiness } from '../../../src/topology/readiness.ts';

it('waits for each shard once, in configured order', () => {
  const readiness = createReadiness(['b', 'a', 'c']);
  expect(readiness.waitingFor()).toEqual(['b', 'a', 'c']);
  readiness.answered('a');
  readiness.answered('a');
  readiness.answered('unknown');
  expect(readiness.waitingFor()).toEqual(['b', 'c']);
  readiness.answered('c');
  readiness.answered('b');
  expect(readiness.waitingFor()).toEqual([]);
});
