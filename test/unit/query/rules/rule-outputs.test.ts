import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import { AnnotationList } from '../../../../src/promql/engine/annotation-list.ts';
import { concatBlocks } from '../../../../src/promql/engine/block-rows.ts';
import { parseQuery } from '../../../../src/promql/parse/parse-query.ts';
import { openGate } from '../../../../src/promql/selector/selector-gate.ts';
import { createQueryTally } from '../../../../src/query/query-tally.ts';
import { runPlan } from '../../../../src/query/execute/run-plan.ts';
import { engineOptions, parseOptions } from '../../../promqltest/engine-options.ts';
import { createMemoryClient } from '../../../promqltest/fleet/memory-client.ts';
import { MemoryStore } from '../../../promqltest/fleet/memory-store.ts';
import { ruleConfig } from '../../federate/rules/rule-config.ts';

type Rules = Parameters<typeof compileRules>[0];
/** By series (`name{l="v"}`): a value a minute; undefined = none. */
type Data = Readonly<Record<string, readonly (number | undefined)[]>>;

interface Asked {
  readonly shards: readonly (Data | 'dead')[];
  readonly rules?: Rules;
  readonly steps?: number;
  readonly startMin?: number;
}

const minute = 60_000;

function storeOf(data: Data): MemoryStore {
  const store = new MemoryStore();
  for (const [series, values] of Object.entries(data)) {
    const [name, labels = ''] = series.split('{');
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!] as const);
    const sorted = [['__name__', name!] as const, ...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).flat();
    for (const [i, value] of values.entries()) {
      if (value !== undefined) store.add(sorted, i * minute, { kind: 'float', value });
    }
  }
  return store;
}

/** Answers as lines `labels: value a step`, `-` where there is none. */
async function ask(text: string, { shards, rules = [ruleConfig()], steps = 1, startMin = 0 }: Asked): Promise<unknown> {
  const annotations = new AnnotationList();
  const value = await runPlan(parseQuery(text, parseOptions), {
    ...engineOptions,
    delayedNameRemoval: false,
    lookbackDeltaMs: minute,
    shards: shards.map((data, i) => ({
      name: `s${i}`,
      labels: { slave: String(i) },
      ownsLabels: ['slave'],
      plan: { name: `s${i}`, labels: { slave: String(i) }, ownsLabels: ['slave'], replicas: 1 },
      hedgeDelayMs: minute,
      minBytesPerSecond: 0,
      replicas: [data === 'dead' ? deadClient : createMemoryClient(`r${i}`, storeOf(data))],
    })),
    rules: compileRules(rules),
    externalLabels: { fleet: 'eu' },
    gate: openGate,
    tally: createQueryTally(),
    wantsStats: false,
    replicaLabels: [],
    pushDown: true,
    isInstant: steps === 1,
    requestedLookbackMs: undefined,
    grid: { startMs: startMin * minute, stepMs: minute, steps },
    annotations,
    signal: new AbortController().signal,
    onReplicaError: () => undefined,
    onShardError: (shard) => annotations.add({ level: 'warning', message: `${shard} is lost`, isPlain: true }),
  });
  if (value.type !== 'vector') throw new Error(`a ${value.type}`);
  const { warnings, infos } = annotations.render(text);
  const block = concatBlocks(value.blocks, steps);
  const lines = block.labels.map((labels, row) => {
    const shown = Array.from({ length: steps }, (_, step) => {
      const at = row * steps + step;
      return block.present[at] === 0 ? '-' : String(block.values[at]);
    });
    return `${labels.join(' ')}: ${shown.join(' ')}`;
  });
  return [...lines.sort(), ...warnings, ...infos];
}

const die = async (): Promise<never> => {
  throw new GatewayError('PG_UPSTREAM_RESET', 'replica dead: reset');
};

const deadClient = {
  ...createMemoryClient('dead', new MemoryStore()),
  metricNames: die,
  read: () => ({ [Symbol.asyncIterator]: () => ({ next: die }) }),
};

const two: Asked['shards'] = [
  { 'slave:x{job="a"}': [1, 2, 3, 4], 'slave:x{job="b"}': [10, 20, 30, 40] },
  { 'slave:x{job="a"}': [100, 200, 300, 400] },
];

describe('a name that a rule makes', () => {
  it('is aggregated over all shards, step by step', async () => {
    expect(await ask('job:x', { shards: two, steps: 4 })).toEqual([
      '__name__ job:x fleet eu job a: 101 202 303 404',
      '__name__ job:x fleet eu job b: 10 20 30 40',
    ]);
  });

  it.each([
    ['job:x{job="a"}', ['__name__ job:x fleet eu job a: 202']],
    ['job:x{job!="a"}', ['__name__ job:x fleet eu job b: 20']],
    ['job:x{slave="1"}', []],
    ['job:x{fleet="us"}', []],
    ['job:y', []],
    ['{__name__=~"job:.*",job="b"}', ['__name__ job:x fleet eu job b: 20']],
    [
      '{__name__=~"job:.*|slave:.*",job="b"}',
      ['__name__ job:x fleet eu job b: 20', '__name__ slave:x job b slave 0: 20'],
    ],
    ['{__name__!~"slave:.*",job="b"}', ['__name__ job:x fleet eu job b: 20']],
    ['sum(job:x)', [': 222']],
    ['job:x / on (job) sum by (job) (slave:x)', ['job a: 1', 'job b: 1']],
    ['absent(job:y{job="a"})', ['job a: 1']],
    ['timestamp(job:x{job="a"})', ['fleet eu job a: 60']],
  ])('is matched after it was aggregated: %s', async (text, expected) => {
    expect(await ask(text, { shards: two, startMin: 1 })).toEqual(expected);
  });

  it('under offset and @ is that of another time', async () => {
    const options = { shards: two, steps: 2, startMin: 2 };
    expect(await ask('job:x{job="b"} offset 1m', options)).toEqual(['__name__ job:x fleet eu job b: 20 30']);
    expect(await ask('job:x{job="b"} @ 0', options)).toEqual(['__name__ job:x fleet eu job b: 10 10']);
  });

  it('in a range is evaluated at the default interval, and says so', async () => {
    expect(await ask('sum_over_time(job:x{job="b"}[2m] offset 1m)', { shards: two, startMin: 3 })).toEqual([
      'fleet eu job b: 50',
      'PromQL info: job:x{job="b"} offset 1m is made by aggregation rules: its range is evaluated every 1m (1:15)',
    ]);
  });

  it('is what it is made of where a shard stores a series of its labels as well', async () => {
    const shards = [{ 'slave:x{job="a"}': [1], 'job:x{job="a"}': [5], 'job:x{job="c",fleet="eu"}': [7] }, two[1]!];
    expect(await ask('job:x', { shards, rules: [ruleConfig({ by: ['job'], without: undefined })] })).toEqual([
      '__name__ job:x fleet eu job a: 101',
      '__name__ job:x fleet eu job c slave 0: 7',
      '__name__ job:x job a slave 0: 5',
    ]);
  });
});

describe('a shard that lacks its part', () => {
  const gap: Asked['shards'] = [{ 'slave:x{job="a"}': [1, undefined, 3] }, { 'slave:x{job="a"}': [100, 200, 300] }];
  const name = '__name__ job:x fleet eu job a';

  it.each([
    ['withhold', `${name}: 101 - 303`],
    ['partial', `${name}: 101 200 303`],
    ['hold', `${name}: 101 101 303`],
  ] as const)('with on_missing_shard %s', async (onMissingShard, expected) => {
    expect(await ask('job:x', { shards: gap, steps: 3, rules: [ruleConfig({ onMissingShard })] })).toEqual([expected]);
  });

  it('counts for a window before the query, and no longer', async () => {
    const shards: Asked['shards'] = [{ 'slave:x{job="a"}': [1] }, { 'slave:x{job="a"}': Array<number>(20).fill(7) }];
    const rules = [ruleConfig({ aggregationWindowMs: 5 * minute })];
    expect(await ask('job:x', { shards, rules, startMin: 4 })).toEqual([]);
    expect(await ask('job:x', { shards, rules, startMin: 5 })).toEqual([`${name}: 7`]);
  });

  it('because it does not answer may hold a part of every group', async () => {
    expect(await ask('job:x', { shards: [...gap, 'dead'] })).toEqual(['s2 is lost']);
    const rules = [ruleConfig({ onMissingShard: 'partial' })];
    expect(await ask('job:x', { shards: [...gap, 'dead'], rules })).toEqual([`${name}: 101`, 's2 is lost']);
  });
});

describe('rules of every kind', () => {
  it.each([
    ['min', '1 2'],
    ['max', '100 200'],
    ['count', '2 2'],
    ['group', '1 1'],
  ] as const)('%s', async (operation, expected) => {
    const rules = [ruleConfig({ function: operation })];
    expect(await ask('job:x{job="a"}', { shards: two, rules, steps: 2 })).toEqual([
      `__name__ job:x fleet eu job a: ${expected}`,
    ]);
  });

  it('an average is weighted', async () => {
    const shards = [
      { 'slave:lat{job="a"}': [10], 'slave:n{job="a"}': [1] },
      { 'slave:lat{job="a"}': [40], 'slave:n{job="a"}': [2] },
    ];
    const rules = [ruleConfig({ source: 'slave:lat', record: 'job:lat', function: 'avg', weight: 'slave:n' })];
    expect(await ask('job:lat', { shards, rules })).toEqual(['__name__ job:lat fleet eu job a: 30']);
  });

  it('a ratio is that of two sums', async () => {
    const shards = [
      { 'slave:err:ratio{job="a"}': [1], 'slave:err{job="a"}': [1], 'slave:all{job="a"}': [10] },
      { 'slave:err:ratio{job="a"}': [1], 'slave:err{job="a"}': [2], 'slave:all{job="a"}': [20] },
    ];
    const ratioOf = ['slave:$1', 'slave:all'] as const;
    const rules = [ruleConfig({ source: 'slave:(err):ratio', record: 'job:$1:ratio', ratioOf })];
    expect(await ask('job:err:ratio', { shards, rules })).toEqual(['__name__ job:err:ratio fleet eu job a: 0.1']);
  });

  it('a quantile is that of summed buckets', async () => {
    const shard = {
      'slave:h_bucket{job="a",le="1"}': [5],
      'slave:h_bucket{job="a",le="2"}': [10],
      'slave:h_bucket{job="a",le="+Inf"}': [10],
    };
    const rules = [ruleConfig({ source: 'slave:h_bucket', record: 'job:h:p50', quantile: 0.5 })];
    const expected = ['__name__ job:h:p50 fleet eu job a: 1'];
    expect(await ask('job:h:p50', { shards: [shard, shard], rules })).toEqual(expected);
    const buckets = 'histogram_quantile(0.5, sum by (job, le) (slave:h_bucket))';
    expect(await ask(buckets, { shards: [shard, shard], rules })).toEqual(['job a: 1']);
  });

  it('of two that make the same series the first one counts', async () => {
    const rules = [ruleConfig({ function: 'max', continue: true }), ruleConfig({ function: 'sum' })];
    expect(await ask('job:x{job="a"}', { shards: two, rules })).toEqual(['__name__ job:x fleet eu job a: 100']);
  });
});
