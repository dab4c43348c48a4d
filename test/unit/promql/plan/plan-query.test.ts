import { describe, expect, it } from 'vitest';
import { walk } from '../../../../src/promql/ast/walk.ts';
import { parseQuery } from '../../../../src/promql/parse/parse-query.ts';
import { planQuery } from '../../../../src/promql/plan/plan-query.ts';
import type { QueryPlan } from '../../../../src/promql/plan/query-plan.ts';

const shards = [0, 1].map((i) => ({ name: `s${i}`, labels: { slave: String(i) }, ownsLabels: ['slave'], replicas: 1 }));

function plan(
  text: string,
  options: { readonly pushDown?: boolean; readonly replicas?: number; readonly owns?: boolean } = {},
): QueryPlan {
  const expr = parseQuery(text, { experimentalFunctions: true, durationExpressions: false });
  return planQuery(expr, {
    shards: shards.map((shard) => ({
      ...shard,
      ownsLabels: options.owns === false ? [] : shard.ownsLabels,
      replicas: options.replicas ?? 1,
    })),
    replicaLabels: ['replica'],
    pushDown: options.pushDown ?? true,
    delayedNameRemoval: false,
  });
}

const pushed = (text: string): readonly (readonly string[])[] =>
  plan(text).parts.map(({ shards: asked }) => asked[0]!.texts);

/** One row of spec §6 each. */
describe('what is pushed down', () => {
  it.each([
    ['sum by (job) (rate(x[5m]))', [['sum by (job) (rate(x[5m]))']]],
    ['count(x)', [['count(x)']]],
    ['group by (slave) (x)', [['group by (slave) (x)']]],
    ['max without (instance) (x offset 5m)', [['max without (instance) (x offset 5m)']]],
    ['avg(x)', [['sum(x)', 'count(x)']]],
    ['topk(3, rate(x[5m]))', [['topk(3, rate(x[5m]))']]],
    ['rate(x[5m]) * 100', [['rate(x[5m]) * 100']]],
    ['abs(-x)', [['abs(-x)']]],
    ['sum(a) / sum(b)', [['sum(a)'], ['sum(b)']]],
    ['histogram_quantile(0.9, sum by (le) (rate(b[5m])))', [['sum by (le) (rate(b[5m]))']]],
    ['topk(5, sum by (job) (x))', [['sum by (job) (x)']]],
    ['x > scalar(sum(y))', [['sum(y)']]],
    ['sort(sum by (job) (x))', [['sum by (job) (x)']]],
    ['sum(x) > 5', [['sum(x)']]],
    ['stddev(x)', [['count(x)', 'avg(x)', 'stdvar(x)']]],
    ['count_values("v", x)', [['count_values("v", x)']]],
    ['topk without (job) (2, x)', [['topk without (job) (2, x)']]],
    ['topk by (job) (2, x)', [['topk by (job) (2, x)']]],
    ['quantile by (slave) (0.9, x)', [['quantile by (slave) (0.9, x)']]],
    ['sum without (job) (x) / sum without (job) (y)', [['sum without (job) (x) / sum without (job) (y)']]],
    ['x / on (slave, job) y', [['x / on (slave, job) y']]],
    ['x unless y', [['x unless y']]],
    ['max_over_time(sum by (slave) (x)[1h:1m])', [['max_over_time(sum by (slave) (x)[1h:1m])']]],
    ['label_replace(x, "a", "$1", "job", "(.*)")', [['label_replace(x, "a", "$1", "job", "(.*)")']]],
    ['sum(x / ignoring (code) y)', [['x / ignoring (code) y']]],
  ])('%s', (text, texts) => {
    expect(pushed(text)).toEqual(texts);
  });

  it.each([
    'x',
    '1 + 1',
    'time()',
    'vector(1)',
    'quantile(0.9, x)',
    'x / on(job) y',
    'absent(x)',
    'max_over_time(sum(x)[1h:1m])',
    'topk(scalar(n), x)',
    'count_values("slave", x)',
    'quantile by (job) (0.9, x)',
    'max_over_time(sum by (slave) (x)[1h:])',
    'x unless on (job) y',
    'x or vector(0)',
    'label_replace(x, "a", "$1", "slave", "(.*)")',
    'limitk(2, x)',
    'sum(x * time())',
    'sum(quantile by (job) (0.5, x))',
  ])('nothing of %s', (text) => {
    expect(pushed(text)).toEqual([]);
  });

  it.each([
    ['x or y', [['x or y']]],
    ['histogram_quantile(0.9, b)', [['histogram_quantile(0.9, b)']]],
    ['sum without (slave) (x) / sum without (slave) (y)', [['sum without (slave) (x)'], ['sum without (slave) (y)']]],
    ['label_replace(sum by (slave) (x), "slave", "1", "", "")', [['sum by (slave) (x)']]],
  ])('%s where a label tells shards apart', (text, texts) => {
    expect(pushed(text)).toEqual(texts);
  });

  it.each(['x or y', 'x / on (slave, job) y', 'quantile by (slave) (0.9, x)', 'histogram_quantile(0.9, b)'])(
    'nothing of %s where series may have that label themselves',
    (text) => {
      expect(plan(text, { owns: false }).parts).toEqual([]);
    },
  );

  it('subqueries of shards with replicas are not, since replicas are not compared between their points', () => {
    expect(plan('max_over_time(sum by (slave) (x)[1h:1m])', { replicas: 2 }).parts).toEqual([]);
  });

  it('nothing where it is turned off', () => {
    expect(plan('sum(x)', { pushDown: false }).parts).toEqual([]);
  });

  it('a whole query that one shard alone can answer, its labels as they have to be', () => {
    const byJob = plan('quantile by (job) (0.9, x{slave="1"}) / on(job) y{slave="1"}').parts[0]!;
    expect(byJob.shards).toMatchObject([{ shard: 1, texts: ['quantile by (job) (0.9, x) / on (job) y'] }]);
    expect(byJob.attachedLabels).toEqual([]);
    expect(plan('x{slave="1"} * 2').parts[0]!.attachedLabels).toEqual(['slave']);
  });

  it('nothing of a whole query whose one operand that shard has nothing for, unless all of it is nothing then', () => {
    expect(plan('x{slave="9"} or y{slave="1"}').parts).toHaveLength(1);
    expect(plan('x{slave="9"} or y{slave="1"}').expr.kind).toBe('binary');
    expect(plan('y{slave="1"} unless on (job) x{slave="9"}').expr.kind).toBe('binary');
    expect(plan('x{slave="9"} * on (job) y{slave="1"}').parts[0]).toMatchObject({ shards: [] });
  });

  it('nothing of the second argument of info, which names labels', () => {
    const { expr, parts } = plan('info(rate(x[5m]), {data="y",slave="1"})');
    expect(parts).toHaveLength(1);
    expect(expr).toMatchObject({ args: [{ kind: 'fetched' }, { kind: 'vector-selector' }] });
  });

  it('nothing below absent(), whose labels are those of the selector as it was written', () => {
    expect(plan('absent(x{slave="1"}) or sum(y)').parts).toHaveLength(1);
  });

  it('a whole query that names the label of the shard, where that is known to be no series’ own', () => {
    const text = 'quantile by (slave) (0.9, x{slave="1"})';
    expect(plan(text).parts[0]).toMatchObject({ attachedLabels: ['slave'], shards: [{ shard: 1 }] });
    expect(plan(text, { owns: false }).expr.kind).toBe('aggregation');
  });
});

describe('a plan', () => {
  it.each([
    ['sum by (slave) (x)', ['slave']],
    ['sum by (job) (x)', []],
    ['sum without (job) (x)', ['slave']],
    ['sum without (slave) (x)', []],
  ])('attaches to %s the labels %s', (text, labels) => {
    expect(plan(text).parts[0]!.attachedLabels).toEqual(labels);
  });

  it('has an audit for each selector of a shard with replicas, and none otherwise', () => {
    expect(plan('sum(rate(x[5m]))').parts[0]!.shards[0]!.audits).toEqual([]);
    const [audit] = plan('sum(rate(x[5m]))', { replicas: 2 }).parts[0]!.shards[0]!.audits;
    expect(audit).toMatchObject({
      windowMs: 300_000,
      readsWindows: true,
      text: expect.stringContaining('sum(count_over_time(x[5m]))'),
    });
    const [plain] = plan('sum(x offset 1h)', { replicas: 2 }).parts[0]!.shards[0]!.audits;
    expect(plain).toMatchObject({
      readsWindows: false,
      text: expect.stringContaining('sum(count_over_time(x[5m] offset 1h))'),
    });
  });

  it('says why, for each part and for what is left', () => {
    const { decisions, expr } = plan('sum(x) / quantile(0.5, y)');
    expect(decisions.map(({ where }) => where)).toEqual(['here', 'shards', 'here', 'here']);
    expect([...walk(expr)].some(({ kind }) => kind === 'fetched')).toBe(true);
  });
});
