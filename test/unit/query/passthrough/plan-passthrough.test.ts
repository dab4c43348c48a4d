import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import { openGate } from '../../../../src/promql/selector/selector-gate.ts';
import { mapNotes } from '../../../../src/query/passthrough/map-notes.ts';
import { planPassthrough, planText, type Passthrough } from '../../../../src/query/passthrough/plan-passthrough.ts';
import type { QueryRequest } from '../../../../src/query/service.ts';

const shard = { ownsLabels: ['slave'], replicas: 1 };
const shards = [
  { ...shard, name: 'a', labels: { slave: '0' } },
  { ...shard, name: 'b', labels: { slave: '1' } },
  { ...shard, name: 'pair', labels: { slave: '2' }, replicas: 2 },
];
const request: Omit<QueryRequest, 'text'> = {
  isInstant: true,
  grid: { startMs: 0, stepMs: 1, steps: 1 },
  timeoutMs: undefined,
  limit: 0,
  lookbackDeltaMs: undefined,
  wantsStats: false,
  partialResponse: 'warn',
  tenant: undefined,
  acceptsGzip: true,
};

function plan(text: string, changed: Partial<QueryRequest> = {}): Passthrough | undefined {
  const rules = compileRules([]);
  const context = { shards, replicaLabels: ['replica'], gate: openGate, rules, experimentalFunctions: false };
  return planPassthrough({ ...request, text, ...changed }, (asked) => planText(asked, context));
}

describe('a whole query is handed to one shard', () => {
  it.each([
    ['sum(up{slave="1"})', 1, 'sum(up)'],
    ['sum by (job) (rate(x{slave=~"1|7"}[5m])) / 2', 1, 'sum by (job) (rate(x[5m])) / 2'],
    ['count(up{slave!~"0|2"})', 1, 'count(up)'],
    ['sum by (job) (rate(x{slave="2"}[5m]))', 2, 'sum by (job) (rate(x[5m]))'],
  ])('%s', (text, index, askedText) => {
    expect(plan(text)?.asked).toMatchObject({ shard: index, texts: [askedText] });
  });

  it.each([
    ['two shards can have some', 'sum(up{slave!="1"})'],
    ['no shard can', 'sum(up{slave="9"})'],
    ['its labels belong into the answer', 'up{slave="1"}'],
    ['it groups by its label', 'sum by (slave) (up{slave="1"})'],
    ['it is a scalar', '1'],
    ['it is no query', 'sum(up{slave="1"}'],
    ['it is long', `sum(up{slave="1"}) +${' '.repeat(5000)}1`],
  ])('not where %s', (_why, text) => {
    expect(plan(text)).toBeUndefined();
  });

  it('not where the answer is to be cut or explained', () => {
    expect(plan('sum(up{slave="1"})', { limit: 1 })).toBeUndefined();
    expect(plan('sum(up{slave="1"})', { wantsStats: true })).toBeUndefined();
  });

  it('not where replicas are compared on many steps', () => {
    const steps = (count: number): Partial<QueryRequest> => ({
      isInstant: false,
      grid: { startMs: 0, stepMs: 1000, steps: count },
    });
    expect(plan('sum(up{slave="2"})', steps(1000))).toBeDefined();
    expect(plan('sum(up{slave="2"})', steps(1001))).toBeUndefined();
    expect(plan('sum(up{slave="1"})', steps(11_000))).toBeDefined();
  });
});

describe('annotations of the shard', () => {
  const text = 'sum(  rate(x{slave="1"}[5m])  +  histogram_quantile(2, y{slave="1"}) )';
  const passthrough = plan(text)!;
  const translation = { text, expr: passthrough.expr, askedText: passthrough.asked.texts[0]! };
  const columnOf = (part: string, within: string): number => within.indexOf(part) + 1;

  it.each([
    ['rate(', 'rate('],
    ['x[5m]', 'x{slave="1"}[5m]'],
    ['2, y', '2, y'],
    ['y)', 'y{slave="1"})'],
  ])('point at %s where it stands in the query that was asked', (asked, original) => {
    const note = (column: number): string => `PromQL warning: (1:2) is strange (1:${column})`;
    const { warnings, infos } = mapNotes(
      { warnings: [note(columnOf(asked, translation.askedText))], infos: ['no position'] },
      translation,
    );
    expect(warnings).toEqual([note(columnOf(original, text))]);
    expect(infos).toEqual(['no position']);
  });
});
