import { describe, expect, it } from 'vitest';
import { type Candidate, orderOfSuccession } from '../../../src/topology/succession.ts';

type Named = Candidate & { readonly name: string };

const maxMissingRatio = 0.1;

function candidate(name: string, over: Partial<Candidate & Candidate['standing']> = {}): Named {
  const { isStale = false, missingShare = 0, ...rest } = over;
  return { name, lastResult: 'complete', lastFailedMs: -Infinity, standing: { isStale, missingShare }, ...rest };
}

const order = (...candidates: Named[]): string =>
  orderOfSuccession(candidates, maxMissingRatio)
    .map(({ name }) => name)
    .join('');

describe('the order of succession', () => {
  it.each<[string, string, Named[]]>([
    ['is that of the configuration among equals', 'abc', [candidate('a'), candidate('b'), candidate('c')]],
    [
      'begins with those that were read whole, and ends with those that failed',
      'cba',
      [candidate('a', { lastResult: 'failed' }), candidate('b', { lastResult: 'unused' }), candidate('c')],
    ],
    [
      'takes one that was left behind for one that failed',
      'bca',
      [
        candidate('a', { lastResult: 'dropped', lastFailedMs: 3 }),
        candidate('b'),
        candidate('c', { lastResult: 'failed', lastFailedMs: 2 }),
      ],
    ],
    [
      'prefers samples of now to a full set of old ones',
      'ba',
      [candidate('a', { isStale: true }), candidate('b', { missingShare: 0.5 })],
    ],
    [
      'prefers the fullest where any lacks more than the ratio',
      'cab',
      [candidate('a', { missingShare: 0.2 }), candidate('b', { missingShare: 0.3 }), candidate('c')],
    ],
    ['does not look at gaps within the ratio', 'ab', [candidate('a', { missingShare: 0.1 }), candidate('b')]],
    [
      'prefers the one that has not failed for longest',
      'cba',
      [candidate('a', { lastFailedMs: 2 }), candidate('b', { lastFailedMs: 1 }), candidate('c')],
    ],
  ])('%s', (_, expected, candidates) => {
    expect(order(...candidates)).toBe(expected);
  });

  it('does not depend on how candidates that differ are listed', () => {
    const named = [
      candidate('a'),
      candidate('b', { lastFailedMs: 1 }),
      candidate('c', { missingShare: 0.2 }),
      candidate('d', { isStale: true }),
      candidate('e', { lastResult: 'failed' }),
    ];
    expect(order(...named.toReversed())).toBe('abcde');
  });
});
