import { describe, expect, it } from 'vitest';
import { maxMatchBytes, type PlanInput, planFederation } from '../../../../src/federate/plan/plan-federation.ts';
import { parseSelectors } from '../../../../src/promql/selector/parse-selector.ts';

const shards = ['0', '1'].map((slave) => ({ name: `slave-${slave}`, labels: { slave }, ownsLabels: [] as string[] }));
const plain: PlanInput = { shards, externalLabels: {}, rules: undefined };
const ruled: PlanInput = {
  ...plain,
  rules: {
    sourceSelectors: ['{__name__=~"slave:(.+)"}'],
    mayProduce: (name) => name.startsWith('job:'),
    records: ['job:$1'],
  },
};
const owning: PlanInput = { ...plain, shards: shards.map((shard) => ({ ...shard, ownsLabels: ['slave'] })) };

function plan(input: PlanInput, ...match: string[]): ReturnType<typeof planFederation> {
  return planFederation(input, parseSelectors(match));
}

function matches(input: PlanInput, ...match: string[]): Record<number, readonly string[]> {
  return Object.fromEntries(plan(input, ...match).shards.map((shard) => [shard.shard, shard.match]));
}

it('asks every shard the same where no attached label is mentioned', () => {
  const upstream = ['{__name__="up"}', '{job="x",replica="a"}'];
  expect(matches(plain, '{replica="a",job="x"}', 'up', '{__name__="up"}')).toEqual({ 0: upstream, 1: upstream });
});

it('asks other shards for series that carry the label themselves', () => {
  expect(matches(plain, 'up{slave="0"}')).toEqual({
    0: ['{__name__="up",slave="0"}', '{__name__="up",slave=""}'].sort(),
    1: ['{__name__="up",slave="0"}'],
  });
});

it('prunes shards that own the label, and those that cannot match', () => {
  const owned = plan(owning, 'up{slave="0"}', '{slave=~"0|2"}');
  expect(owned.pruned).toEqual([1]);
  expect(owned.shards).toEqual([{ shard: 0, match: ['{__name__!=""}', '{__name__="up"}'], filterLines: false }]);
  expect(plan(plain, 'up{slave=""}').pruned).toEqual([0, 1]);
});

it('attaches global external labels in the same way, a shard label first', () => {
  const input = { ...plain, externalLabels: { region: 'eu', slave: '9' } };
  expect(matches(input, 'up{region="eu"}')[0]).toEqual(['{__name__="up",region=""}', '{__name__="up",region="eu"}']);
  expect(matches(input, 'up{slave="9"}')[0]).toEqual(['{__name__="up",slave="9"}']);
});

it('asks nobody without selectors, or for a selector without matchers', () => {
  expect(plan(ruled)).toEqual({ shards: [], pruned: [0, 1], clientSelectors: [], normalised: '', rulesNeeded: false });
  expect(plan(ruled, '{}').pruned).toEqual([0, 1]);
});

it('settles matchers on a label without a name, which some upstreams choke on', () => {
  expect(matches(plain, 'up{""=""}')).toEqual({ 0: ['{__name__="up"}'], 1: ['{__name__="up"}'] });
  expect(plan(plain, 'up{""!=""}').pruned).toEqual([0, 1]);
});

describe('rule sources', () => {
  it('are fetched whole and from every shard when an output may be asked for', () => {
    const planned = plan({ ...ruled, shards: owning.shards }, 'job:x{slave="0"}');
    expect(planned.rulesNeeded).toBe(true);
    expect(planned.pruned).toEqual([]);
    expect(planned.shards.map(({ match }) => match)).toEqual([
      ['{__name__="job:x"}', '{__name__=~"slave:(.+)"}'],
      ['{__name__=~"slave:(.+)"}'],
    ]);
  });

  it('are not fetched otherwise', () => {
    const planned = plan(ruled, 'up', '{__name__=~"slave:.*"}');
    expect(planned.rulesNeeded).toBe(false);
    expect(planned.shards[0]!.match).toEqual(['{__name__="up"}', '{__name__=~"slave:.*"}']);
  });
});

it('normalises order and spelling away', () => {
  const one = plan(plain, 'up{b="2",a=~"1"}', '{"x"}', 'up{b="2",a=~"1"}');
  const two = plan(
    plain,
    '{x=~"y"}'.replace('x=~"y"', '__name__="x"'),
    ' { a=~`1` , b=\'2\', __name__="\\x75p" } # same',
  );
  expect(one.normalised).toBe(two.normalised);
  expect(one.clientSelectors).toEqual(two.clientSelectors);
  expect(plan(plain, 'up{a="1"}').normalised).not.toBe(plan(plain, 'up{a=~"1"}').normalised);
  expect(plan(plain, '{a="x"}', '{b="y"}').normalised).not.toBe(plan(plain, '{a="x",b="y"}').normalised);
});

it('says when lines have to be filtered here', () => {
  const labels = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, '0']));
  const input = { ...plain, shards: [{ name: 's', labels, ownsLabels: [] }] };
  expect(plan(input, 'up{a="0"}').shards[0]!.filterLines).toBe(false);
  expect(plan(input, 'up{a="0",b="0",c="0",d="0",e="0",f="0"}').shards[0]!.filterLines).toBe(true);
});

it('holds ten thousand names', () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `a_rather_long_metric_name_as_they_are_${i}`);
  const planned = plan(plain, ...names);
  expect(planned.shards[0]!.match).toHaveLength(50);
});

it('refuses what no upstream would read', () => {
  const texts = Array.from({ length: 10_000 }, (_, i) => `{some_label="${'x'.repeat(40)}${i}"}`);
  expect(() => plan(plain, ...texts)).toThrow(
    expect.objectContaining({
      code: 'PG_BAD_REQUEST',
      message: expect.stringMatching(
        new RegExp(`^the match\\[\\] for shard slave-0 take \\d+ bytes, the limit is ${maxMatchBytes}: ask for fewer`),
      ),
    }),
  );
});
