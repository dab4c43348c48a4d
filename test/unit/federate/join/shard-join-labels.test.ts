import { describe, expect, it } from 'vitest';
import type { FamilyAction, KeepReplicas } from '../../../../src/federate/join/family-action.ts';
import { runJoin } from '../../../property/join/run-join.ts';
import { replica, options, line, type, body, out, linesOut, m, Fed, hashText } from './shard-fixture.ts';

describe('replica labels', () => {
  const own = (of: string): string =>
    `# TYPE m untyped\nm{a="1",replica="a",cluster="x",instance="",slave="0"} 1 1\n`.replace('OF', of);

  it('that are the series own stay', () => {
    const replicas = ['a', 'b'].map((name) =>
      replica(name, { externalLabels: { cluster: 'x', replica: name, slave: '0' } }),
    );
    expect(linesOut(runJoin(options({ replicas }), [own('a'), own('b')]))).toEqual([
      'm{a="1",replica="a",cluster="x",instance="",slave="0"} 1 1\n',
    ]);
  });

  const unknown = { externalLabels: undefined, order: 'unknown' } as const;
  const text = (of: string): string => body(of, type('m'), m('1', '1 1'), line('m', 'a="1",instance="h"', '1 1'));

  it('are learned from the lines where they are not told', () => {
    const run = runJoin(options({ replicas: [unknown, unknown] }), [text('a'), text('b')]);
    expect(linesOut(run)).toEqual([out('m{a="1"', '1 1'), 'm{a="1",instance="h",slave="0"} 1 1\n']);
    expect(run.summary.replicas.map(({ externalLabels }) => externalLabels)).toEqual(['learned', 'learned']);
  });

  it('are learned beside a sibling that told', () => {
    const run = runJoin(options({ replicas: [replica('a'), unknown] }), [text('a'), text('b')]);
    expect(linesOut(run)).toHaveLength(2);
    expect(run.summary.replicas.map(({ externalLabels }) => externalLabels)).toEqual(['known', 'learned']);
  });

  it('stay where nothing can be learned, which is reported', () => {
    const run = runJoin(options({ replicas: [unknown, unknown] }), [text('a'), text('a')]);
    expect(run.text).toContain('replica="a"');
    expect(run.summary.replicas.map(({ externalLabels }) => externalLabels)).toEqual(['unknown', 'unknown']);
  });

  it('need the first lines of all that did not tell', () => {
    const fed = new Fed({ replicas: [unknown, replica('b')] });
    fed.push(0, text('a'));
    fed.push(1, text('b'));
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0], ready: [1] });
    fed.join.end(0);
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
  });

  it('of replicas that differ in other labels too do not hide what differs', () => {
    const replicas = [replica('a'), replica('b', { externalLabels: { replica: 'b', slave: '1' } })];
    const run = runJoin(options({ replicas }), [text('a'), text('b').replaceAll('slave="0"', 'slave="1"')]);
    expect(linesOut(run).sort()).toEqual([
      'm{a="1",instance="h",slave="0"} 1 1\n',
      'm{a="1",instance="h",slave="1"} 1 1\n',
      'm{a="1",slave="0",instance=""} 1 1\n',
      'm{a="1",slave="1",instance=""} 1 1\n',
    ]);
  });
});

describe('series kept apart', () => {
  const bodies = [body('a', type('m'), m('1', '1 5'), m('2', '2 5')), body('b', type('m'), m('1', '3 6'))];
  const kept = (a: string, of: string, sample: string): string =>
    `m{a="${a}",instance="",replica="${of}",slave="0"} ${sample}\n`;

  it('leave with their replica label, whatever was given before', () => {
    const run = runJoin(options({ keepReplicas: 'all', watermarkMs: 100, newestGivenMs: 100 }), bodies);
    expect(linesOut(run)).toEqual([kept('1', 'a', '1 5'), kept('1', 'b', '3 6'), kept('2', 'a', '2 5')]);
    expect(run.summary).toMatchObject({ newestGivenMs: -Infinity, filledSeries: 0, suppressed: 0 });
    expect(run.summary.replicas.map(({ missing }) => missing)).toEqual([0, 0]);
    expect(run.segments[0]?.hashes[0]).toBe(hashText('m', ['a', '1', 'replica', 'a', 'slave', '0']));
  });

  it('may be chosen by their labels', () => {
    const asked: string[] = [];
    const keepReplicas: KeepReplicas = (name, labels) => {
      asked.push(`${name} ${labels.join()}`);
      return labels.includes('1');
    };
    const run = runJoin(options({ keepReplicas }), bodies);
    expect(linesOut(run)).toEqual([kept('1', 'a', '1 5'), kept('1', 'b', '3 6'), out('m{a="2"', '2 5')]);
    expect(asked).toContain('m a,1,slave,0');
  });

  it.each([
    ['all', 3],
    ['none', 2],
    ['some', 3],
  ] as const)('may be chosen by name: %s', (answer, lines) => {
    const keepReplicas = Object.assign(() => true, { matchesName: () => answer });
    expect(linesOut(runJoin(options({ keepReplicas }), bodies))).toHaveLength(lines);
  });

  it('are one where the replicas cannot be told apart', () => {
    const replicas = [
      { externalLabels: { slave: '0' }, order: 'sorted' as const },
      { externalLabels: { slave: '0' }, order: 'sorted' as const },
    ];
    const plain = (sample: string): string => `# TYPE m untyped\nm{a="1",instance="",slave="0"} ${sample}\n`;
    expect(
      linesOut(runJoin(options({ replicas, keepReplicas: 'all', leader: 1 }), [plain('1 1'), plain('2 2')])),
    ).toEqual([out('m{a="1"', '2 2')]);
  });

  it('call a rule once a series', () => {
    const calls: number[] = [];
    const family = (): FamilyAction => ({ pass: 'all', rule: (_, value) => calls.push(value) });
    runJoin(options({ keepReplicas: 'all', family, leader: 1 }), bodies, { blockBytes: 64 });
    expect(calls).toEqual([3, 2]);
  });
});
