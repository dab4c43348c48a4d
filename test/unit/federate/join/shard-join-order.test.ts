import { describe, expect, it } from 'vitest';
import { defaultOptions, runJoin } from '../../../property/join/run-join.ts';
import { replica, options, line, type, body, out, linesOut, m, Fed } from './shard-fixture.ts';

describe('order of lines', () => {
  const sorted = [type('m'), m('1', '1 1'), m('2', '2 1'), m('3', '3 1')];

  it('is label order, not byte order', () => {
    const keys = ['a="x"', 'a="x!"', 'a="x\\n"', 'a="x\\""', 'a="x\\\\"', 'a="y",b="1"', 'a1="x"', 'ab="x"'];
    // by what the escapes stand for: a line feed before "!", a quote after it, a backslash after that
    const inOrder = [keys[0]!, keys[2]!, keys[1]!, ...keys.slice(3)];
    const text = (of: string): string => body(of, type('m'), ...inOrder.map((own) => line('m', own, '1 1')));
    const run = runJoin(options(), [text('a'), text('b')]);
    expect(linesOut(run)).toEqual(inOrder.map((own) => out(`m{${own}`, '1 1')));
    expect(run.summary.replicas.map(({ order }) => order)).toEqual(['sorted', 'sorted']);
  });

  it('is restored inside a family, which is then reported', () => {
    const unsorted = [
      type('m'),
      m('2', '2 1'),
      m('3', '3 1'),
      m('1', '1 1'),
      m('2', '9 1'),
      type('n'),
      line('n', '', '1 1'),
    ];
    const run = runJoin(options(), [body('a', ...unsorted), body('b', ...sorted)]);
    expect(
      linesOut(run)
        .map((one) => one.slice(0, 7))
        .sort(),
    ).toEqual(['m{a="1"', 'm{a="2"', 'm{a="3"', 'n{insta']);
    expect(run.summary.replicas.map(({ order }) => order)).toEqual(['unsorted', 'sorted']);
    expect(run.summary.duplicates).toBeGreaterThan(0);
  });

  it('that is restored counts against a limit', () => {
    const fed = new Fed({ limits: { ...defaultOptions.limits, maxBufferedBytes: 300 } });
    fed.push(0, body('a', type('m'), ...Array.from({ length: 9 }, (_, i) => m(String(9 - i), '1 1'))));
    fed.push(1, body('b', ...sorted));
    fed.join.end(1);
    fed.advance();
    expect(fed.join.failure(0)).toMatchObject({ code: 'PG_LIMIT_BUFFER', details: { limit: 300, family: 'm' } });
    expect(fed.join.summary().status).toBe('complete');
  });

  const backwards = (of: string): string =>
    body(of, type('m'), m('1', '1 1'), type('k'), line('k', '', '1 1'), type('m'), m('1', '7 1'), m('2', '2 1'));

  it('of families is left to a sibling', () => {
    const run = runJoin(options(), [backwards('a'), body('b', type('k'), line('k', '', '5 1'), ...sorted)]);
    expect(run.status).toBe('done');
    expect(run.segments.map(({ family }) => family)).toEqual(['k', 'm']);
    expect(run.summary.replicas[0]).toMatchObject({
      result: 'failed',
      order: 'unsorted',
      error: { code: 'PG_PARSE_INVALID' },
    });
  });

  it('of families without a sibling: what is still to be had leaves, and the shard counts as failed', () => {
    const run = runJoin(options({ replicas: [replica('a')] }), [
      backwards('a') + body('a', type('n'), line('n', '', '1 1'), type('k'), line('k', 'a="2"', '1 1')),
    ]);
    expect(run.status).toBe('failed');
    expect(run.segments.map(({ family, lines }) => [family, lines])).toEqual([
      ['m', 1],
      ['k', 2],
      ['n', 1],
    ]);
    expect(run.summary).toMatchObject({ status: 'failed', duplicates: 2 });
    expect(run.summary.replicas[0]).toMatchObject({ result: 'complete', order: 'unsorted' });
  });

  it.each(['unknown', 'unsorted'] as const)('of families is restored where it is %s', (order) => {
    const replicas = [replica('a', { order }), replica('b')];
    const run = runJoin(options({ replicas }), [backwards('a'), body('b', type('k'), line('k', '', '5 1'), ...sorted)]);
    expect(run.segments.map(({ family, lines }) => [family, lines])).toEqual([
      ['k', 1],
      ['m', 3],
    ]);
    expect(run.summary.replicas[0]).toMatchObject({ result: 'complete', order: 'unsorted' });
  });

  it('is learned from a whole body with TYPE lines', () => {
    const orders = (...bodies: string[]): string[] =>
      runJoin(
        options({ replicas: bodies.map((_, i) => replica('ab'[i]!, { order: 'unknown' })) }),
        bodies,
      ).summary.replicas.map(({ order }) => order);
    expect(orders(body('a', ...sorted), body('b', ...sorted.slice(1)))).toEqual(['sorted', 'unsorted']);
    expect(orders('', '')).toEqual(['unknown', 'unknown']);
  });

  it('of a replica known for unsorted families is not trusted again', () => {
    const run = runJoin(options({ replicas: [replica('a', { order: 'unsorted' })] }), [body('a', ...sorted)]);
    expect(run.summary.replicas[0]?.order).toBe('unsorted');
  });

  it('is trusted after enough has been seen, not before', () => {
    const fed = new Fed({ replicas: [replica('a', { order: 'unknown' })] });
    const lines = Array.from({ length: 6000 }, (_, i) => m(String(100_000 + i), '1 1')('a'));
    fed.push(0, `${body('a', type('m'))}${lines.slice(0, 3000).join('')}`);
    expect(fed.advance()).toMatchObject({ kind: 'need', replicas: [0] });
    expect(fed.text).toBe('');
    fed.push(0, lines.slice(3000).join(''));
    expect(fed.advance()).toMatchObject({ kind: 'need', replicas: [0] });
    expect(fed.text.split('\n')).toHaveLength(6001);
  });
});

describe('families', () => {
  it('take the type of the leader where it has them', () => {
    const a = body('a', type('m', 'counter'), m('1', '1 1'));
    const b = body('b', type('k', 'gauge'), line('k', '', '1 1'), type('m', 'gauge'), m('1', '1 1'));
    const types = (leader: number): string[][] =>
      runJoin(options({ leader }), [a, b]).segments.map(({ family, type: kind }) => [family, kind]);
    expect(types(0)).toEqual([
      ['k', 'gauge'],
      ['m', 'counter'],
    ]);
    expect(types(1)).toEqual([
      ['k', 'gauge'],
      ['m', 'gauge'],
    ]);
  });

  it('are untyped without a TYPE line, or with one of another name', () => {
    const run = runJoin(options(), [body('a', type('other', 'counter'), m('1', '1 1'), line('n', '', '1 1')), '']);
    expect(run.segments.map(({ family, type: kind }) => [family, kind])).toEqual([
      ['m', 'untyped'],
      ['n', 'untyped'],
    ]);
  });

  const h = (suffix: string, sample: string): ((of: string) => string) => line(`h${suffix}`, 'a="1"', sample);

  it('of a histogram that only one replica announces give each series once, also to the rules', () => {
    const given: unknown[] = [];
    const run = runJoin(options({ family: () => ({ pass: 'all', rule: (labels) => given.push(labels) }) }), [
      body('a', type('h_count'), h('_count', '1 5'), type('h_sum'), h('_sum', '2 5')),
      body('b', type('h', 'histogram'), h('_sum', '3 6'), type('h_c'), h('_c', '4 6')),
    ]);
    expect(linesOut(run)).toEqual([out('h_sum{a="1"', '3 6'), out('h_c{a="1"', '4 6'), out('h_count{a="1"', '1 5')]);
    expect(given).toHaveLength(3);
    expect(run.summary).toMatchObject({ status: 'complete', duplicates: 1, seriesOut: 3, filledSeries: 2 });
    expect(run.summary.replicas.map(({ missing }) => missing)).toEqual([2, 1]);
  });

  it('of one replica may tell a histogram twice: as a native one and as the series of a classic one', () => {
    const twice = body(
      'a',
      type('h', 'histogram'),
      h('_bucket', '1 1'),
      h('_count', '2 1'),
      h('_sum', '3 1'),
      type('h_bucket'),
      h('_bucket', '1 1'),
      type('h_count'),
      h('_count', '2 1'),
      type('h_sum'),
      h('_sum', '3 1'),
      line('h_sum', 'a="2"', '4 1'),
      type('h_sums'),
      h('_sums', '5 1'),
    );
    const run = runJoin(options({ replicas: [replica('a')] }), [twice]);
    expect(run.segments.map(({ family, lines }) => [family, lines])).toEqual([
      ['h', 3],
      ['h_sum', 1],
      ['h_sums', 1],
    ]);
    expect(run.summary).toMatchObject({ status: 'complete', duplicates: 3, seriesOut: 5 });
  });

  it.each([
    ['the histogram', body('a', type('h', 'histogram'), h('_sum', '1 1')), body('a', type('h_sum'), h('_sum', '1 1'))],
    ['its part', body('a', type('h_sum'), h('_sum', '1 1')), body('a', type('h', 'histogram'), h('_sum', '1 1'))],
  ])('that come too late do not give a series again: %s first', (_, first, late) => {
    const last = body('a', type('n'), line('n', '', '1 1'));
    const run = runJoin(options({ replicas: [replica('a')] }), [first + last + late]);
    expect(linesOut(run)).toEqual([out('h_sum{a="1"', '1 1'), `n{instance="",slave="0"} 1 1\n`]);
    expect(run.summary.duplicates).toBe(1);
  });

  it('of histograms and summaries hold lines of several names', () => {
    const histogram = (of: string): string =>
      body(
        of,
        type('h', 'histogram'),
        line('h_bucket', 'a="1",le="1"', '1 1'),
        line('h_bucket', 'a="1",le="+Inf"', '2 1'),
        line('h_sum', 'a="1"', '3 1'),
        line('h_count', 'a="1"', '4 1'),
        line('h_bucket', 'a="2",le="1"', '5 1'),
        line('h_sum', 'a="2"', '6 1'),
        type('h_total'),
        line('h_total', '', '7 1'),
      );
    const run = runJoin(options(), [histogram('a'), histogram('b')]);
    expect(run.segments.map(({ family, type: kind, lines }) => [family, kind, lines])).toEqual([
      ['h', 'histogram', 6],
      ['h_total', 'untyped', 1],
    ]);
    expect(run.summary).toMatchObject({ duplicates: 0, seriesOut: 7 });
    expect(run.summary.replicas.map(({ missing, order }) => [missing, order])).toEqual([
      [0, 'sorted'],
      [0, 'sorted'],
    ]);
  });

  it('announced twice in a row are one', () => {
    const run = runJoin(options(), [body('a', type('m'), m('1', '1 1'), type('m'), m('2', '1 1')), '']);
    expect(run.segments.map(({ family, lines }) => [family, lines])).toEqual([['m', 2]]);
  });
});
