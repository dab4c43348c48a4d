import { describe, expect, it } from 'vitest';

import type { ErrorCode } from '../../../src/model/errors.ts';
import { createReplicaMemory, failedByItself } from '../../../src/topology/replica-memory.ts';
import type { ReplicaOutcome } from '../../../src/topology/shard-view.ts';
import { replicaOutcome } from './outcomes.ts';

const failedWith = (code: ErrorCode): Partial<ReplicaOutcome> => ({
  result: 'failed',
  error: { code, message: 'why', details: {} },
});
const labels = { replica: 'a' };
const selection = 'up';

describe('external labels of a replica', () => {
  it.each<[string, readonly [atMs: number, Partial<ReplicaOutcome>][], number, { ask: boolean; known: unknown }]>([
    ['are asked for at first', [], 0, { ask: true, known: undefined }],
    ['are known once learned', [[0, { externalLabels: labels }]], 59_999, { ask: false, known: labels }],
    [
      'are asked for again after a minute, and stay until then',
      [[0, { externalLabels: labels }]],
      60_000,
      { ask: true, known: labels },
    ],
    ['are not asked for at once when the server did not tell', [[0, {}]], 14_999, { ask: false, known: undefined }],
    ['are asked for again a while after that', [[0, {}]], 15_000, { ask: true, known: undefined }],
    [
      'stay when a refresh is not answered',
      [
        [0, { externalLabels: labels }],
        [60_000, {}],
      ],
      60_001,
      { ask: false, known: labels },
    ],
    [
      'are asked for when the replica failed, and stay until then',
      [
        [0, { externalLabels: labels }],
        [1, failedWith('PG_UPSTREAM_RESET')],
      ],
      2,
      { ask: true, known: labels },
    ],
    [
      'stay when a replica that failed is too busy to tell them',
      [
        [0, { externalLabels: labels }],
        [1, failedWith('PG_UPSTREAM_TIMEOUT')],
        [2, {}],
        [15_002, {}],
      ],
      15_003,
      { ask: false, known: labels },
    ],
    [
      'are forgotten when the server does not tell them for long',
      [
        [0, { externalLabels: labels }],
        [60_000, {}],
        [75_000, {}],
        [90_000, {}],
      ],
      90_001,
      { ask: false, known: undefined },
    ],
    [
      'stay when we closed the read',
      [
        [0, { externalLabels: labels }],
        [1, failedWith('PG_UPSTREAM_CLOSED')],
      ],
      2,
      { ask: false, known: labels },
    ],
    [
      'stay when the replica was slow',
      [
        [0, { externalLabels: labels }],
        [1, { result: 'dropped' }],
      ],
      2,
      { ask: false, known: labels },
    ],
    ['of a slow first read are asked for again', [[0, { result: 'dropped' }]], 1, { ask: true, known: undefined }],
    [
      'stay when the replica was not read',
      [
        [0, { externalLabels: labels }],
        [1, { result: 'unused' }],
      ],
      2,
      { ask: false, known: labels },
    ],
    ['none are labels as well', [[0, { externalLabels: {} }]], 1, { ask: false, known: {} }],
  ])('%s', (_name, steps, nowMs, { ask, known }) => {
    const memory = createReplicaMemory();
    for (const [atMs, differences] of steps) {
      memory.observe(
        replicaOutcome(differences),
        { selection, asked: memory.view(selection, atMs).askExternalLabels },
        atMs,
      );
    }
    expect(memory.view(selection, nowMs)).toMatchObject({ askExternalLabels: ask, externalLabels: known });
  });
});

describe('the order of a replica', () => {
  const sorted: Partial<ReplicaOutcome> = { order: 'sorted' };
  const unsorted: Partial<ReplicaOutcome> = { order: 'unsorted' };
  it.each<[string, readonly Partial<ReplicaOutcome>[], string]>([
    ['unknown at first', [], 'unknown'],
    ['as observed', [sorted], 'sorted'],
    ['as observed later', [sorted, unsorted], 'unsorted'],
    ['not taken back by a narrower request', [unsorted, sorted], 'unsorted'],
    ['kept when a request shows nothing', [sorted, { order: 'unknown' }], 'sorted'],
    ['forgotten with the replica', [unsorted, failedWith('PG_UPSTREAM_CONNECT')], 'unknown'],
    ['kept when the client left', [unsorted, failedWith('PG_CLIENT_GONE')], 'unsorted'],
    ['kept when the replica was not read', [unsorted, { result: 'unused', order: 'sorted' }], 'unsorted'],
  ])('is %s', (_name, outcomes, order) => {
    const memory = createReplicaMemory();
    for (const differences of outcomes) memory.observe(replicaOutcome(differences), { selection, asked: false }, 0);
    expect(memory.view(selection, 0).order).toBe(order);
    expect(memory.describe().order).toBe(order);
  });
});

it('describes the last read, and labels that are due for a refresh', () => {
  const memory = createReplicaMemory();
  expect(memory.describe()).toMatchObject({ lastResult: 'unused', lastError: undefined });
  memory.observe(replicaOutcome({ externalLabels: labels }), { selection, asked: true }, 0);
  expect(memory.view(selection, 70_000)).toMatchObject({ askExternalLabels: true, externalLabels: labels });
  expect(memory.describe()).toMatchObject({ lastResult: 'complete', externalLabels: labels });
  memory.observe(replicaOutcome(failedWith('PG_UPSTREAM_DNS')), { selection, asked: true }, 0);
  expect(memory.describe()).toMatchObject({ lastResult: 'failed', lastError: { code: 'PG_UPSTREAM_DNS' } });
});

it.each<[Partial<ReplicaOutcome>, boolean]>([
  [{ result: 'failed' }, true],
  [failedWith('PG_PARSE_INVALID'), true],
  [failedWith('PG_UPSTREAM_CLOSED'), false],
  [failedWith('PG_WORKER_CRASHED'), false],
  [{ result: 'dropped' }, false],
  [{ result: 'complete' }, false],
])('%o failed by itself: %s', (differences, failed) => {
  expect(failedByItself(replicaOutcome(differences))).toBe(failed);
});
