import { describe, expect, it } from 'vitest';

import type { DeduplicationConfig } from '../../../src/config/config.ts';
import { createLeaderElection, type LeaderVerdict } from '../../../src/topology/leader-election.ts';
import type { ShardOutcome } from '../../../src/topology/shard-view.ts';
import { deduplication, shardOutcome } from './outcomes.ts';

const closed = { code: 'PG_UPSTREAM_CLOSED', message: 'closed', details: {} } as const;
const lost = { code: 'PG_UPSTREAM_RESET', message: 'lost', details: {} } as const;

/** The verdict after the outcomes of replica 0 as leader, at the given times. */
function verdictAfter(
  outcomes: readonly (readonly [nowMs: number, ShardOutcome])[],
  differences: Partial<DeduplicationConfig> = {},
): LeaderVerdict | undefined {
  const election = createLeaderElection({ ...deduplication, ...differences });
  let verdict: LeaderVerdict | undefined;
  for (const [nowMs, outcome] of outcomes) verdict = election.judge(0, outcome, nowMs);
  return verdict;
}

describe('a leader that fails', () => {
  it.each<[string, ShardOutcome, LeaderVerdict | undefined]>([
    ['stays when all is well', shardOutcome([{}, {}]), undefined],
    [
      'gives way to the one that led at the end',
      shardOutcome([{ result: 'failed', error: lost }, {}, {}], { leader: 2 }),
      { leader: 2, reason: 'failed' },
    ],
    [
      'gives way when dropped',
      shardOutcome([{ result: 'dropped' }, {}], { leader: 1 }),
      { leader: 1, reason: 'failed' },
    ],
    [
      'gives way to the first complete sibling when nobody took over',
      shardOutcome([{ result: 'failed' }, { result: 'failed' }, {}]),
      { leader: 2, reason: 'failed' },
    ],
    ['stays when we closed the read', shardOutcome([{ result: 'failed', error: closed }, {}]), undefined],
    [
      'stays when all failed and nothing left',
      shardOutcome([{ result: 'failed' }, { result: 'failed' }], {
        status: 'failed',
        leader: 1,
        newestGivenMs: -Infinity,
      }),
      undefined,
    ],
    [
      'gives way when all failed after the sibling gave something out',
      shardOutcome([{ result: 'failed' }, { result: 'failed' }], { status: 'failed', leader: 1 }),
      { leader: 1, reason: 'failed' },
    ],
    ['stays when a follower fails', shardOutcome([{}, { result: 'failed' }]), undefined],
    ['stays when the outcome names no replica', shardOutcome([{}, {}], { leader: 7 }), undefined],
    ['stays alone', shardOutcome([{}]), undefined],
  ])('%s', (_name, outcome, verdict) => {
    expect(verdictAfter([[0, outcome]])).toEqual(verdict);
    expect(verdictAfter([[0, outcome]], { strategy: 'leader' })).toEqual(verdict);
  });
});

describe('a leader that lags', () => {
  const lag = (ms: number): ShardOutcome =>
    shardOutcome([{ newestSampleMs: 1_000_000 - ms }, {}, { newestSampleMs: 999_999 }]);
  it.each<[string, readonly (readonly [number, ShardOutcome])[], LeaderVerdict | undefined]>([
    [
      'loses its place after the patience',
      [
        [0, lag(60_001)],
        [120_000, lag(60_001)],
      ],
      { leader: 1, reason: 'lagging' },
    ],
    [
      'keeps it before',
      [
        [0, lag(60_001)],
        [119_999, lag(60_001)],
      ],
      undefined,
    ],
    [
      'keeps it at the limit',
      [
        [0, lag(60_000)],
        [120_000, lag(60_000)],
      ],
      undefined,
    ],
    [
      'keeps it when it caught up meanwhile',
      [
        [0, lag(60_001)],
        [60_000, lag(0)],
        [120_000, lag(60_001)],
      ],
      undefined,
    ],
    [
      'loses it when it has no sample at all',
      [0, 120_000].map((nowMs) => [nowMs, shardOutcome([{ newestSampleMs: -Infinity, series: 0 }, {}])] as const),
      { leader: 1, reason: 'lagging' },
    ],
    [
      'keeps it when nobody has a sample',
      [0, 120_000].map(
        (nowMs) =>
          [
            nowMs,
            shardOutcome([
              { newestSampleMs: -Infinity, series: 0 },
              { newestSampleMs: -Infinity, series: 0 },
            ]),
          ] as const,
      ),
      undefined,
    ],
    [
      'is not compared with a sibling that failed',
      [0, 120_000].map((nowMs) => [nowMs, shardOutcome([{ newestSampleMs: 0 }, { result: 'dropped' }])] as const),
      undefined,
    ],
    [
      'gives way to the first of equals',
      [0, 120_000].map((nowMs) => [nowMs, shardOutcome([{ newestSampleMs: 0 }, {}, {}])] as const),
      { leader: 1, reason: 'lagging' },
    ],
  ])('%s', (_name, outcomes, verdict) => {
    expect(verdictAfter(outcomes)).toEqual(verdict);
    expect(verdictAfter(outcomes, { strategy: 'leader' })).toBeUndefined();
  });
});

describe('a leader that lacks series', () => {
  const lacking = (own: number, ...siblings: number[]): ShardOutcome =>
    shardOutcome([
      { series: 1000 - own, missing: own },
      ...siblings.map((missing) => ({ series: 1000 - missing, missing })),
    ]);
  const twice = (outcome: ShardOutcome): [number, ShardOutcome][] => [
    [0, outcome],
    [120_000, outcome],
  ];
  it.each<[string, [number, ShardOutcome][], LeaderVerdict | undefined]>([
    ['loses its place to the fullest sibling', twice(lacking(101, 50, 3)), { leader: 2, reason: 'incomplete' }],
    ['loses it to the first of equals', twice(lacking(101, 3, 3)), { leader: 1, reason: 'incomplete' }],
    ['keeps it within the share', twice(lacking(100, 0)), undefined],
    ['keeps it when the siblings lack as many', twice(lacking(300, 300)), undefined],
    ['keeps it for one request', [[0, lacking(101, 0)]], undefined],
    [
      'loses it although a narrow request is fine',
      [
        [0, lacking(101, 0)],
        [60_000, shardOutcome([{ series: 5 }, { series: 5 }])],
        [120_000, lacking(101, 0)],
      ],
      { leader: 1, reason: 'incomplete' },
    ],
  ])('%s', (_name, outcomes, verdict) => {
    expect(verdictAfter(outcomes)).toEqual(verdict);
  });

  it.each<[string, ShardOutcome, LeaderVerdict | undefined]>([
    [
      'gives way at once when the table ran over',
      { ...lacking(101, 50, 3), filledOverflow: true },
      { leader: 2, reason: 'overflow' },
    ],
    ['stays when no sibling is fuller', { ...lacking(101, 101), filledOverflow: true }, undefined],
  ])('%s', (_name, outcome, verdict) => {
    expect(verdictAfter([[0, outcome]])).toEqual(verdict);
  });
});

it('starts without complaints after a reset', () => {
  const election = createLeaderElection(deduplication);
  const outcome = shardOutcome([{ newestSampleMs: 0 }, {}]);
  election.judge(0, outcome, 0);
  election.reset();
  expect(election.judge(0, outcome, 120_000)).toBeUndefined();
});
