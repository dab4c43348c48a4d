import { describe, expect, it } from 'vitest';
import { ExternalRuns, RunNames } from '../../../../src/exposition/text/external-run.ts';
import { hashLabelSet } from '../../../../src/exposition/text/label-set-hash.ts';

const external = { cluster: 'x', replica: 'a', slave: '0' };

function runsOf(
  options: { attached?: Record<string, string>; shard?: Record<string, string>; own?: typeof external } = {},
): ExternalRuns {
  const names = new RunNames({
    externalLabels: [external, { ...external, replica: 'b' }],
    replicaLabels: ['replica'],
    attachedLabels: options.attached ?? {},
    shardLabels: options.shard ?? {},
  });
  return new ExternalRuns(names, options.own ?? external);
}

const maskOf = (runs: ExternalRuns, ...own: string[]): number => runs.names.maskOf(own);

describe('runs that follow from the names a line has itself', () => {
  it.each<[own: string[], joined: string, kept: string]>([
    [[], 'cluster="x",instance="",slave="0"', 'cluster="x",instance="",replica="a",slave="0"'],
    [['instance'], 'cluster="x",slave="0"', 'cluster="x",replica="a",slave="0"'],
    [['replica'], 'cluster="x",instance="",slave="0"', 'cluster="x",instance="",slave="0"'],
    [['cluster', 'instance', 'slave'], '', 'replica="a"'],
  ])('own labels %j', (own, joined, kept) => {
    const runs = runsOf();
    const run = runs.get(maskOf(runs, ...own));
    expect(run.joined.text).toBe(joined);
    expect(run.kept.text).toBe(kept);
    expect(run).toBe(runs.get(run.mask));
  });

  it('counts the labels with a value', () => {
    const runs = runsOf();
    expect(runs.get(0).count).toBe(3);
    expect(runs.get(maskOf(runs, 'instance', 'cluster')).count).toBe(2);
  });

  it('is one object for replicas whose run differs in the replica label alone', () => {
    const a = runsOf();
    const b = new ExternalRuns(a.names, { ...external, replica: 'b' });
    expect(a.get(0).joined).toBe(b.get(0).joined);
    expect(a.get(0).kept).not.toBe(b.get(0).kept);
  });

  it('hashes its pairs, without the empty instance', () => {
    const { low, high } = runsOf().get(0).joined;
    const [nameLow, nameHigh] = hashLabelSet('m', []);
    expect([(low + nameLow) >>> 0, (high + nameHigh) >>> 0]).toEqual(hashLabelSet('m', ['cluster', 'x', 'slave', '0']));
  });
});

describe('attached labels', () => {
  it.each<[what: string, own: string[], attached: Record<string, string>, joined: string]>([
    ['are added where missing, in name order', [], { region: 'eu' }, 'cluster="x",instance="",region="eu",slave="0"'],
    ['do not replace external ones', [], { slave: '7' }, 'cluster="x",instance="",slave="0"'],
    ['do not replace own ones', ['region'], { region: 'eu' }, 'cluster="x",instance="",slave="0"'],
    ['may be an instance', [], { instance: 'gw' }, 'cluster="x",instance="gw",slave="0"'],
    ['are never replica labels', [], { replica: 'z' }, 'cluster="x",instance="",slave="0"'],
    ['without a value are none', [], { region: '' }, 'cluster="x",instance="",slave="0"'],
  ])('%s', (_, own, attached, joined) => {
    const runs = runsOf({ attached });
    expect(runs.get(maskOf(runs, ...own)).joined.text).toBe(joined);
  });
});

describe('isForeign', () => {
  it.each<[what: string, shard: Record<string, string>, own: string[], isForeign: boolean]>([
    ['the shard labels are there', { slave: '0' }, [], false],
    ['all of them', { cluster: 'x', slave: '0' }, [], false],
    ['one has another value', { slave: '1' }, [], true],
    ['the line has the label itself', { slave: '0' }, ['slave'], true],
    ['there are no shard labels', {}, [], true],
  ])('%s', (_, shard, own, isForeign) => {
    const runs = runsOf({ shard });
    expect(runs.get(maskOf(runs, ...own)).joined.isForeign).toBe(isForeign);
  });
});

describe('runs of rewritten lines', () => {
  it('holds only what the line had', () => {
    const runs = runsOf();
    const run = runs.rewritten(['instance'], [['cluster', 'x']]);
    expect(run.joined.text).toBe('cluster="x"');
    expect(run.following).toBeUndefined();
    expect(runs.rewritten(['instance'], [['cluster', 'x']])).toBe(run);
  });

  it('shares the outgoing run with the usual one', () => {
    const runs = runsOf();
    const run = runs.rewritten(
      [],
      [
        ['replica', 'a'],
        ['cluster', 'x'],
        ['slave', '0'],
      ],
    );
    expect(run.joined).toBe(runs.get(0).joined);
    expect(run.kept).toBe(runs.get(0).kept);
  });
});

it('does without masks where there are too many names', () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`l${i}`, 'x']));
  const names = new RunNames({ externalLabels: [many], replicaLabels: [], attachedLabels: {}, shardLabels: {} });
  expect(names.canMask).toBe(false);
  const runs = new ExternalRuns(names, many);
  expect(runs.rewritten(['l3'], [['l5', 'x']]).joined.text).toBe('instance="",l5="x"');
  expect(runs.rewritten(['instance'], [['l5', 'x']]).joined.text).toBe('l5="x"');
});
