import { describe, expect, it } from 'vitest';

import type { DeduplicationConfig } from '../../../src/config/config.ts';
import { createLeaderElection, type LeaderVerdict } from '../../../src/topology/leader-election.ts';
import type { ShardOutcome } from '../../../src/topology/shard-view.ts';
import { deduplication, shardOutcome } from './outcomes.ts';

const closed = { code: 'PG_UPSTREAM_CLOSED', message: 'closed', details: {} } as const;
const lost = { code: 'PG_UPSTREAM_RESET', message: 'lost', details: {} } as const;

/** When the samples of the outcomes are new. */
const startMs = 1_000_000;

/** Replica 0 leads, and is followed in this order. */
const first = { leader: 0, succession: [1, 3, 2] };

/** The verdict after the outcomes of replica 0 as leader, at the given times after the start. */
function verdictAfter(
  outcomes: readonly (readonly [nowMs: number, ShardOutcome])[],
  differences: Partial<DeduplicationConfig> = {},
): LeaderVerdict | undefined {
  const election = createLeaderElection({ ...deduplication, ...differences });
  let verdict: LeaderVerdict | undefined;
  for (const [nowMs, outcome] of outcomes) verdict = election.judge(first, outcome, startMs + nowMs);
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
      'gives way to the next complete sibling when nobody took over',
      shardOutcome([{ result: 'failed' }, { result: 'failed' }, {}, {}]),
      { leader: 3, reason: 'failed' },
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
  });
});

describe('a leader that lags', () => {
  const lag = (ms: number, newestSampleMs = 1_000_000): ShardOutcome =>
    shardOutcome([{ newestSampleMs: newestSampleMs - ms }, { newestSampleMs }, { newestSampleMs: newestSampleMs - 1 }]);
  it.each<[string, readonly (readonly [number, ShardOutcome])[], LeaderVerdict | undefined]>([
    [
      'loses its place after the patience',
      [
        [0, lag(60_001)],
        [120_000, lag(60_001, 1_100_000)],
      ],
      { leader: 1, reason: 'lagging' },
    ],
    [
      'keeps it before',
      [
        [0, lag(60_001)],
        [119_999, lag(60_001, 1_100_000)],
      ],
      undefined,
    ],
    [
      'keeps it at the limit',
      [
        [0, lag(60_000)],
        [120_000, lag(60_000, 1_100_000)],
      ],
      undefined,
    ],
    [
      'keeps it when it caught up meanwhile',
      [
        [0, lag(60_001)],
        [60_000, lag(0)],
        [120_000, lag(60_001, 1_100_000)],
      ],
      undefined,
    ],
    [
      'keeps it while nobody has a newer sample than at first',
      [
        [0, lag(60_001)],
        [120_000, lag(60_001)],
      ],
      undefined,
    ],
    [
      'loses it when it has no sample at all',
      [0, 120_000].map(
        (nowMs) =>
          [
            nowMs,
            shardOutcome([{ newestSampleMs: -Infinity, series: 0 }, { newestSampleMs: 1_000_000 + nowMs }]),
          ] as const,
      ),
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
      [0, 120_000].map((nowMs) => {
        const newest = { newestSampleMs: 1_000_000 + nowMs };
        return [nowMs, shardOutcome([{ newestSampleMs: 0 }, newest, newest])] as const;
      }),
      { leader: 1, reason: 'lagging' },
    ],
  ])('%s', (_name, outcomes, verdict) => {
    expect(verdictAfter(outcomes)).toEqual(verdict);
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
  election.judge(first, outcome, startMs);
  election.reset();
  expect(
    election.judge(
      first,
      { ...outcome, ...shardOutcome([{ newestSampleMs: 0 }, { newestSampleMs: 1_100_000 }]) },
      startMs + 120_000,
    ),
  ).toBeUndefined();
});

describe('a leader and siblings that are no better', () => {
  const standing: [number, ShardOutcome][] = [];
  const always = (outcome: (nowMs: number) => ShardOutcome): LeaderVerdict | undefined => {
    standing.length = 0;
    for (let nowMs = 0; nowMs <= 600_000; nowMs += 15_000) standing.push([nowMs, outcome(nowMs)]);
    const election = createLeaderElection(deduplication);
    return standing
      .map(([nowMs, one]) => election.judge(first, one, startMs + nowMs))
      .find((verdict) => verdict !== undefined);
  };
  const now = (nowMs: number, ageMs = 0) => ({ newestSampleMs: startMs + nowMs - ageMs });

  it.each<[string, (nowMs: number) => ShardOutcome, LeaderVerdict | undefined]>([
    [
      'stays though it lacks too many series where the sibling lags',
      (nowMs) => shardOutcome([{ ...now(nowMs), series: 700, missing: 300 }, now(nowMs, 300_000)]),
      undefined,
    ],
    [
      'goes when it lags though the sibling lacks series',
      (nowMs) => shardOutcome([now(nowMs, 300_000), { ...now(nowMs), series: 700, missing: 300 }]),
      { leader: 1, reason: 'lagging' },
    ],
    [
      'stays where the sibling lacks other series, and nearly as many',
      (nowMs) =>
        shardOutcome([
          { ...now(nowMs), series: 700, missing: 300 },
          { ...now(nowMs), series: 800, missing: 200 },
        ]),
      undefined,
    ],
    [
      'stays where both are a little incomplete in turns',
      (nowMs) => {
        const [own, other] = nowMs % 30_000 === 0 ? [200, 0] : [0, 200];
        return shardOutcome([
          { ...now(nowMs), series: 1000 - own, missing: own },
          { ...now(nowMs), series: 1000 - other, missing: other },
        ]);
      },
      undefined,
    ],
    [
      'stays where narrow requests each show one series that one of them lacks',
      (nowMs) => {
        const [own, other] = nowMs % 30_000 === 0 ? [1, 0] : [0, 1];
        return shardOutcome([
          { ...now(nowMs), series: 1 - own, missing: own },
          { ...now(nowMs), series: 1 - other, missing: other },
        ]);
      },
      { leader: 1, reason: 'incomplete' },
    ],
    [
      'goes when it is ahead of the clock and the sibling is not',
      (nowMs) => shardOutcome([now(nowMs, -600_000), now(nowMs)]),
      { leader: 1, reason: 'ahead' },
    ],
    [
      'stays when the sibling is ahead of the clock',
      (nowMs) => shardOutcome([now(nowMs), now(nowMs, -600_000)]),
      undefined,
    ],
    ['stays when both are', (nowMs) => shardOutcome([now(nowMs, -600_000), now(nowMs, -600_000)]), undefined],
    [
      'stays where slow scrapes alternate',
      (nowMs) => {
        const scrapedMs = (offsetMs: number): number => Math.floor((nowMs - offsetMs) / 240_000) * 240_000 + offsetMs;
        return shardOutcome([
          { newestSampleMs: startMs + scrapedMs(0) },
          { newestSampleMs: startMs + scrapedMs(120_000) },
        ]);
      },
      undefined,
    ],
  ])('%s', (_name, outcome, verdict) => {
    expect(always(outcome)).toEqual(verdict);
  });
});

describe('a leader that restarted without its data', () => {
  const whole = shardOutcome([{}, {}]);
  const emptied = shardOutcome([{ series: 20, missing: 980 }, {}]);
  const narrow = shardOutcome([{ series: 0, missing: 3 }, { series: 3 }]);

  it.each<[string, readonly ShardOutcome[], LeaderVerdict | undefined]>([
    ['gives way at once', [whole, whole, emptied], { leader: 1, reason: 'incomplete' }],
    ['is not seen in a narrow request', [whole, whole, narrow], undefined],
    [
      'stays where the sibling lacks many, too',
      [
        whole,
        shardOutcome([
          { series: 20, missing: 980 },
          { series: 800, missing: 200 },
        ]),
      ],
      undefined,
    ],
  ])('%s', (_name, outcomes, verdict) => {
    expect(verdictAfter(outcomes.map((outcome, i) => [i * 15_000, outcome]))).toEqual(verdict);
  });
});
