import { describe, expect, it } from 'vitest';
import { allocateBlockBuffers, BlockWriter } from '../../../../src/federate/join/block-writer.ts';
import { createShardJoin } from '../../../../src/federate/join/shard-join.ts';
import { runJoin } from '../../../property/join/run-join.ts';
import {
  replica,
  options,
  line,
  type,
  body,
  out,
  linesOut,
  filledTable,
  entriesOf,
  sortedEntries,
  m,
  Fed,
} from './shard-fixture.ts';

describe('who wins', () => {
  const bodies = [
    body('a', type('m'), line('m', 'a="1"', '10 100'), line('m', 'a="3"', '30 100')),
    body('b', type('m'), line('m', 'a="1"', '11 200'), line('m', 'a="2"', '21 200')),
  ];

  it('is the leader; a follower fills what it lacks', () => {
    expect(linesOut(runJoin(options(), bodies))).toEqual([
      out('m{a="1"', '10 100'),
      out('m{a="2"', '21 200'),
      out('m{a="3"', '30 100'),
    ]);
    expect(linesOut(runJoin(options({ leader: 1 }), bodies))).toEqual([
      out('m{a="1"', '11 200'),
      out('m{a="2"', '21 200'),
      out('m{a="3"', '30 100'),
    ]);
  });

  it('is the follower with the newest sample, the first of equals', () => {
    const three = { replicas: [replica('a'), replica('b'), replica('c')] };
    const of = (samples: readonly string[]): string[] =>
      linesOut(
        runJoin(
          options(three),
          samples.map((sample, i) => (sample === '' ? '' : body('abc'[i]!, type('m'), line('m', 'a="1"', sample)))),
        ),
      );
    expect(of(['', '1 100', '2 200'])).toEqual([out('m{a="1"', '2 200')]);
    expect(of(['', '1 200', '2 100'])).toEqual([out('m{a="1"', '1 200')]);
    expect(of(['', '1 100', '2 100'])).toEqual([out('m{a="1"', '1 100')]);
    expect(of(['', '1', '2 100'])).toEqual([out('m{a="1"', '2 100')]);
    expect(of(['3', '1 100', '2 200'])).toEqual([out('m{a="1"', '3')]);
  });

  it('is counted', () => {
    const { summary } = runJoin(options(), bodies);
    expect(summary).toMatchObject({
      status: 'complete',
      leader: 0,
      seriesOut: 3,
      filledSeries: 1,
      suppressed: 0,
      duplicates: 0,
      newestGivenMs: 200,
      filledOverflow: false,
      comparedLines: 0,
    });
    expect(
      summary.replicas.map(({ series, missing, newestSampleMs, result }) => [series, missing, newestSampleMs, result]),
    ).toEqual([
      [2, 1, 100, 'complete'],
      [2, 1, 200, 'complete'],
    ]);
    expect(entriesOf(summary.filled)).toEqual([['2', 200]]);
  });
});

describe('nothing goes back in time', () => {
  const leads = body('a', type('m'), line('m', 'a="1"', '1 100'), line('m', 'a="2"', '2 200'), line('m', 'a="3"', '3'));

  it('samples of the leader leave only if newer than the watermark', () => {
    const run = runJoin(options({ watermarkMs: 100 }), [leads, '']);
    expect(linesOut(run)).toEqual([out('m{a="2"', '2 200'), out('m{a="3"', '3')]);
    expect(run.summary).toMatchObject({ suppressed: 1, newestGivenMs: 200 });
  });

  it('the newest timestamp given before does not hold the leader back', () => {
    expect(linesOut(runJoin(options({ newestGivenMs: 500 }), [leads, '']))).toHaveLength(3);
  });

  it('samples of a follower leave only if newer than anything given before', () => {
    const run = runJoin(options({ newestGivenMs: 100 }), ['', leads.replaceAll('"a"', '"b"')]);
    expect(linesOut(run)).toEqual([out('m{a="2"', '2 200'), out('m{a="3"', '3')]);
    // What was held back has an entry, so that its next sample is measured against this moment.
    expect(sortedEntries(run.summary.filled)).toEqual([
      ['1', 100],
      ['2', 200],
    ]);
    expect(run.summary).toMatchObject({ filledSeries: 2, suppressed: 1 });
  });

  it('or newer than what was given of the series', () => {
    const filled = filledTable([
      ['1', 99],
      ['2', 200],
    ]);
    const run = runJoin(options({ newestGivenMs: 1000, filled }), ['', leads.replaceAll('"a"', '"b"')]);
    expect(linesOut(run)).toEqual([out('m{a="1"', '1 100'), out('m{a="3"', '3')]);
    expect(entriesOf(run.summary.filled)).toEqual([['1', 100]]);
  });

  it('later the leader has to be newer than what a follower gave', () => {
    const filled = filledTable([
      ['1', 99],
      ['2', 200],
      ['4', 5],
    ]);
    const run = runJoin(options({ filled }), [leads, '']);
    expect(linesOut(run)).toEqual([out('m{a="1"', '1 100'), out('m{a="3"', '3')]);
    expect(entriesOf(run.summary.passed)).toEqual([['1', 99]]);
    expect(run.summary.suppressed).toBe(1);
  });

  it('the table is bounded', () => {
    const follower = leads.replaceAll('"a"', '"b"');
    const limited = runJoin(options({ maxFilledSeries: 1 }), ['', follower]);
    expect(linesOut(limited)).toHaveLength(3);
    expect(limited.summary.filledOverflow).toBe(true);
    expect(entriesOf(limited.summary.filled)).toHaveLength(1);
    const known = runJoin(
      options({
        maxFilledSeries: 2,
        filled: filledTable([
          ['1', 1],
          ['2', 1],
        ]),
      }),
      ['', follower],
    );
    expect(known.summary.filledOverflow).toBe(false);
    expect(sortedEntries(known.summary.filled)).toEqual([
      ['1', 100],
      ['2', 200],
    ]);
  });
});

describe('what it asks for', () => {
  it('names those that owe bytes and those that wait or have ended', () => {
    const fed = new Fed();
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0, 1], ready: [] });
    fed.push(1, body('b', type('m'), m('1', '1 1')));
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0], ready: [1] });
    fed.push(0, body('a', type('m'), m('1', '1 1')).slice(0, -3));
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0], ready: [1] });
    fed.push(0, ' 1\n');
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0, 1], ready: [] });
    fed.join.end(0);
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [1], ready: [0] });
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
  });

  it('counts the bytes of samples, not those of comments and TYPE lines', () => {
    const fed = new Fed();
    const line = m('1', '1 1');
    fed.push(0, `# HELP m text\n\n# a comment\n${body('a', type('m'), line, m('2', '1 1'))}`);
    fed.advance();
    // The second line waits for a sibling that may have one before it.
    expect(fed.join.sampleBytes(0)).toBe(body('a', line).length);
    expect(fed.join.sampleBytes(1)).toBe(0);
  });

  it('is full without buffers, and loses nothing', () => {
    const join = createShardJoin(options());
    join.push(0, Buffer.from(body('a', type('m'), m('1', '1 1'))));
    join.end(0);
    join.end(1);
    const writer = new BlockWriter();
    expect(join.advance(writer)).toEqual({ kind: 'full' });
    writer.reset(allocateBlockBuffers(100));
    expect(join.advance(writer)).toEqual({ kind: 'done' });
    expect(writer.take()?.meta.lines).toBe(1);
  });
});

describe('duplicates inside one replica', () => {
  it.each(['sorted', 'unsorted'] as const)('are dropped but for the first, %s', (order) => {
    const text = body('a', type('m'), m('1', '1 1'), m('1', '2 1'), m('1', '3 2'), m('2', '1 1'));
    const run = runJoin(options({ replicas: [replica('a', { order })] }), [text]);
    expect(linesOut(run)).toEqual([out('m{a="1"', '1 1'), out('m{a="2"', '1 1')]);
    expect(run.summary.duplicates).toBe(2);
  });
});
