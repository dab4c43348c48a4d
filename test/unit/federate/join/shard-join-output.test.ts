import { describe, expect, it } from 'vitest';
import type { FamilyAction } from '../../../../src/federate/join/family-action.ts';
import type { LabelSet } from '../../../../src/model/label-set.ts';
import { runJoin } from '../../../property/join/run-join.ts';
import { options, line, type, body, out, linesOut, entriesOf, m } from './shard-fixture.ts';

describe('what happens to a family', () => {
  const bodies = [
    body('a', type('m'), m('1', '1.5 5'), m('2', '-Inf'), type('n'), line('n', '', '1 1')),
    body('b', type('m'), m('3', '7 1')),
  ];

  it('is asked once a name', () => {
    const asked: string[] = [];
    runJoin(options({ family: (name) => (asked.push(name), { pass: 'all' }) }), bodies, { blockBytes: 64 });
    expect(asked).toEqual(['m', 'n']);
  });

  it('a rule gets what wins, also what may not leave', () => {
    const seen: unknown[] = [];
    const rule = (labels: LabelSet, value: number, timestampMs: number): void =>
      void seen.push([labels, value, timestampMs]);
    const family = (name: string): FamilyAction => (name === 'm' ? { pass: 'none', rule } : { pass: 'all' });
    const run = runJoin(
      options({ family, watermarkMs: 50, newestGivenMs: 50, attachedLabels: { region: 'eu' } }),
      bodies,
      { blockBytes: 64 },
    );
    expect(seen).toEqual([
      [['a', '1', 'region', 'eu', 'slave', '0'], 1.5, 5],
      [['a', '2', 'region', 'eu', 'slave', '0'], -Infinity, NaN],
      [['a', '3', 'region', 'eu', 'slave', '0'], 7, 1],
    ]);
    expect(run.text).toBe('');
    expect(run.summary).toMatchObject({ suppressed: 1, filledSeries: 0 });
    expect(entriesOf(run.summary.filled)).toEqual([]);
  });

  it('a predicate decides line by line', () => {
    const family = (): FamilyAction => ({ pass: (labels) => labels.includes('2') || labels.includes('3') });
    expect(linesOut(runJoin(options({ family }), bodies))).toEqual([out('m{a="2"', '-Inf'), out('m{a="3"', '7 1')]);
  });
});

describe('what leaves', () => {
  it('has attached labels where they are missing', () => {
    const run = runJoin(options({ attachedLabels: { region: 'eu', slave: '9' }, shardLabels: { region: 'eu' } }), [
      body('a', type('m'), m('1', '1 1'), line('m', 'region="us"', '1 1')),
      '',
    ]);
    expect(linesOut(run)).toEqual([
      'm{a="1",instance="",region="eu",slave="0"} 1 1\n',
      'm{region="us",instance="",slave="0"} 1 1\n',
    ]);
    expect(run.segments.map(({ compared }) => compared)).toEqual([true]);
    expect(run.summary.comparedLines).toBe(1);
  });

  it('needs no comparing with shards of other labels', () => {
    const run = runJoin(options(), [body('a', type('m'), m('1', '1 1')), '']);
    expect(run.segments.map(({ compared }) => compared)).toEqual([false]);
  });

  it('may be without timestamps', () => {
    const run = runJoin(options({ timestamps: 'drop', watermarkMs: 1 }), [
      body('a', type('m'), m('1', '1 1'), m('2', '2 2'), m('3', '3')),
      '',
    ]);
    expect(linesOut(run)).toEqual([out('m{a="2"', '2'), out('m{a="3"', '3')]);
  });

  it('keeps value and timestamp to the byte', () => {
    const samples = ['1e+06 0001', '+1.50 1', '0.1e-3', '.5', 'nan 1', '1E5 1'];
    const run = runJoin(options(), [body('a', type('m'), ...samples.map((sample, i) => m(String(i), sample))), '']);
    expect(linesOut(run)).toEqual(samples.map((sample, i) => out(`m{a="${i}"`, sample)));
  });

  it('has names in quotes where it must', () => {
    const utf8 = (of: string): string =>
      `# TYPE "my.metric" untyped\n{"my.metric","l.b"="1",instance="",replica="${of}",slave="0"} 1 1\n` +
      `# TYPE my_a untyped\nmy_a{instance="",replica="${of}",slave="0"} 1 1\n`;
    const plain = runJoin(options(), [utf8('a'), utf8('b')]);
    expect(linesOut(plain)).toEqual([
      '{"my.metric","l.b"="1",instance="",slave="0"} 1 1\n',
      'my_a{instance="",slave="0"} 1 1\n',
    ]);
  });

  it('may be longer than a block', () => {
    const long = 'x'.repeat(5000);
    const run = runJoin(options(), [body('a', type('m'), m('1', '1 1'), m(long, '1 1')), ''], { blockBytes: 256 });
    expect(linesOut(run)).toEqual([out('m{a="1"', '1 1'), out(`m{a="${long}"`, '1 1')]);
  });
});
