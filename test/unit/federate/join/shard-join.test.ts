import { describe, expect, it } from 'vitest';
import { allocateBlockBuffers, BlockWriter } from '../../../../src/federate/join/block-writer.ts';
import type { FamilyAction, KeepReplicas } from '../../../../src/federate/join/family-action.ts';
import {
  createShardJoin,
  type JoinReplica,
  type JoinStatus,
  type ShardJoin,
  type ShardJoinOptions,
} from '../../../../src/federate/join/shard-join.ts';
import { hashLabelSet } from '../../../../src/exposition/text/label-set-hash.ts';
import type { LabelSet } from '../../../../src/model/label-set.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import type { FilledTable } from '../../../../src/topology/shard-view.ts';
import { defaultOptions, type JoinRun, runJoin } from '../../../property/join/run-join.ts';

const replica = (name: string, over: Partial<JoinReplica> = {}): JoinReplica => ({
  externalLabels: { replica: name, slave: '0' },
  order: 'sorted',
  ...over,
});

function options(over: Partial<ShardJoinOptions> = {}): ShardJoinOptions {
  return { ...defaultOptions, replicas: [replica('a'), replica('b')], shardLabels: { slave: '0' }, ...over };
}

/** A line of a replica as Prometheus writes it: `m a=x` and the sample. */
function line(name: string, own: string, sample: string): (of: string) => string {
  const instance = own.includes('instance=') ? '' : ',instance=""';
  return (of) => `${name}{${`${own}${instance},replica="${of}",slave="0"`.replace(/^,/, '')}} ${sample}\n`;
}

const type =
  (name: string, kind = 'untyped') =>
  (): string =>
    `# TYPE ${name} ${kind}\n`;
const body = (of: string, ...lines: ((of: string) => string)[]): string => lines.map((one) => one(of)).join('');
const out = (key: string, sample: string): string => `${key},instance="",slave="0"} ${sample}\n`;
const linesOut = ({ text }: JoinRun): string[] => text.split(/(?<=\n)/).filter((one) => one !== '');

function filledTable(entries: readonly (readonly [a: string, timestampMs: number])[]): FilledTable {
  return {
    hashes: Uint32Array.from(entries.flatMap(([a]) => hashOf(a))),
    timestampsMs: Float64Array.from(entries.map(([, timestampMs]) => timestampMs)),
  };
}

function hashOf(a: string): [number, number] {
  return hashLabelSet('m', ['a', a, 'slave', '0']);
}

function entriesOf({ hashes, timestampsMs }: FilledTable): [string, number][] {
  const known = new Map(['1', '2', '3', '4'].map((a) => [hashOf(a).join(), a]));
  return [...timestampsMs].map((timestampMs, i): [string, number] => [
    known.get(`${hashes[2 * i]},${hashes[2 * i + 1]}`) ?? '?',
    timestampMs,
  ]);
}

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
    expect(entriesOf(run.summary.filled).sort()).toEqual([
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
    expect(entriesOf(known.summary.filled).sort()).toEqual([
      ['1', 100],
      ['2', 200],
    ]);
  });
});

/** A join that is fed by hand. */
class Fed {
  readonly join: ShardJoin;
  text = '';
  readonly #out = new BlockWriter();

  constructor(over: Partial<ShardJoinOptions> = {}) {
    this.join = createShardJoin(options(over));
  }

  advance(): JoinStatus {
    for (;;) {
      this.#out.reset(allocateBlockBuffers(4096));
      const status = this.join.advance(this.#out);
      const block = this.#out.take();
      if (block !== undefined) this.text += Buffer.from(block.buffers.bytes, 0, block.meta.usedBytes).toString();
      if (status.kind !== 'full') return status;
    }
  }

  push(index: number, text: string): this {
    this.join.push(index, Buffer.from(text));
    return this;
  }
}

const died = new GatewayError('PG_UPSTREAM_RESET', 'connection reset');
const m = (a: string, sample: string): ((of: string) => string) => line('m', `a="${a}"`, sample);

describe('what it asks for', () => {
  it('names those that owe bytes and those that wait', () => {
    const fed = new Fed();
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0, 1], ready: [] });
    fed.push(1, body('b', type('m'), m('1', '1 1')));
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0], ready: [1] });
    fed.push(0, body('a', type('m'), m('1', '1 1')).slice(0, -3));
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0], ready: [1] });
    fed.push(0, ' 1\n');
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0, 1], ready: [] });
    fed.join.end(0);
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [1], ready: [] });
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
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

describe('a replica that fails', () => {
  it('in mid-stream is replaced by a sibling, each series once', () => {
    const fed = new Fed();
    fed.push(0, body('a', type('m'), m('1', '10 100'), m('2', '20 100')));
    fed.push(1, body('b', type('m'), m('1', '11 200'), m('2', '21 200'), m('3', '31 200')));
    fed.advance();
    fed.join.fail(0, died);
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text).toBe(out('m{a="1"', '10 100') + out('m{a="2"', '20 100') + out('m{a="3"', '31 200'));
    const summary = fed.join.summary();
    expect(summary).toMatchObject({ status: 'complete', leader: 1 });
    expect(summary.replicas[0]).toMatchObject({ result: 'failed', error: { code: 'PG_UPSTREAM_RESET' }, series: 2 });
    expect(fed.join.failure(0)).toBe(died);
    expect(entriesOf(summary.filled)).toEqual([]);
  });

  it('drops the line it waits with', () => {
    const fed = new Fed();
    fed.push(0, body('a', type('m'), m('1', '10 100')));
    expect(fed.advance()).toMatchObject({ replicas: [1], ready: [0] });
    fed.join.fail(0, died);
    fed.push(1, body('b', type('m'), m('1', '11 200')));
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text).toBe(out('m{a="1"', '11 200'));
  });

  it('leaves samples of the new leader only if newer than anything given before', () => {
    const fed = new Fed({ watermarkMs: 50, newestGivenMs: 150 });
    fed.join.fail(0, died);
    fed.push(1, body('b', type('m'), m('1', '1 100'), m('2', '2 200')));
    fed.join.end(1);
    fed.advance();
    expect(fed.text).toBe(out('m{a="2"', '2 200'));
    expect(fed.join.summary()).toMatchObject({ suppressed: 1, filledSeries: 0, leader: 1 });
  });

  it('is no matter once its body is complete', () => {
    const fed = new Fed();
    fed.join.end(0);
    fed.join.end(1);
    fed.advance();
    fed.join.fail(0, died);
    expect(fed.join.summary()).toMatchObject({ status: 'complete', leader: 0 });
  });

  it('and the last of them fails the join', () => {
    const fed = new Fed();
    fed.push(0, body('a', type('m'), m('1', '1 1')));
    fed.join.fail(1, died);
    fed.advance();
    fed.join.fail(0, died);
    expect(fed.advance()).toEqual({ kind: 'failed' });
    expect(fed.text).toBe(out('m{a="1"', '1 1'));
    expect(fed.join.summary().status).toBe('failed');
  });

  it('for garbage, with the reason', () => {
    const fed = new Fed();
    fed.push(0, `${body('a', type('m'), m('1', '1 1'))}<html>\n`);
    fed.push(1, body('b', type('m'), m('1', '2 1'), m('2', '2 1')));
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text).toBe(out('m{a="1"', '1 1') + out('m{a="2"', '2 1'));
    expect(fed.join.summary().replicas[0]).toMatchObject({
      result: 'failed',
      error: { code: 'PG_PARSE_INVALID', details: { line: 3, column: 1, excerpt: '<html>' } },
    });
  });

  it('does not fail the join for an error of a callback', () => {
    const family = (): FamilyAction => {
      throw new Error('not a replica');
    };
    const fed = new Fed({ family });
    fed.push(0, body('a', type('m'), m('1', '1 1')));
    fed.join.end(0);
    fed.join.end(1);
    expect(() => fed.advance()).toThrow('not a replica');
  });

  it.each([
    ['a line', { maxLineBytes: 30 }, 'PG_LIMIT_LINE'],
    ['labels', { maxLabelsPerSeries: 2 }, 'PG_LIMIT_LABELS'],
  ])('over the limit of %s', (_, limit, code) => {
    const fed = new Fed({ limits: { ...defaultOptions.limits, ...limit } });
    fed.push(0, body('a', m('1', '1 1')));
    expect(fed.advance()).toMatchObject({ kind: 'need', replicas: [1] });
    expect(fed.join.failure(0)?.code).toBe(code);
  });

  it('for a line that does not end within the limit', () => {
    const fed = new Fed({ limits: { ...defaultOptions.limits, maxLineBytes: 100 } });
    for (let i = 0; i < 20; i++) fed.push(0, '# 34567890');
    expect(fed.advance()).toMatchObject({ kind: 'need', replicas: [1] });
    expect(fed.join.failure(0)?.code).toBe('PG_LIMIT_LINE');
  });

  it('for a value in quotes that does not end', () => {
    const fed = new Fed();
    fed.push(0, 'm{a="1\n2\n');
    fed.join.end(0);
    expect(fed.advance()).toMatchObject({ kind: 'need', replicas: [1] });
    expect(fed.join.failure(0)?.message).toMatch(/^line 1, column 1|does not end/);
  });
});

describe('a replica that is started late', () => {
  const replicas = [replica('a'), replica('b', { isStarted: false })];

  it('goes on where the leader died', () => {
    const fed = new Fed({ replicas });
    fed.push(0, body('a', type('l'), line('l', 'a="1"', '1 1'), type('m'), m('1', '1 1'), m('3', '3 1')));
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0], ready: [] });
    fed.join.start(1);
    fed.join.fail(0, died);
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [1], ready: [] });
    fed.push(1, body('b', type('k'), line('k', 'a="1"', '9 9'), type('l'), line('l', 'a="1"', '9 9'), type('m')));
    fed.push(
      1,
      body('b', m('1', '9 9'), m('2', '9 9'), m('3', '9 9'), m('4', '9 9'), type('n'), line('n', 'a="1"', '9 9')),
    );
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text.split('\n').map((one) => one.replace(/,instance.*} /, ' '))).toEqual([
      'l{a="1" 1 1',
      'm{a="1" 1 1',
      'm{a="3" 3 1',
      'm{a="2" 9 9',
      'm{a="4" 9 9',
      'n{a="1" 9 9',
      '',
    ]);
    expect(fed.join.summary()).toMatchObject({ leader: 1, duplicates: 0, status: 'complete' });
  });

  it('is asked for when the leader speaks garbage', () => {
    const fed = new Fed({ replicas });
    fed.push(0, 'garbage\n');
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [1], ready: [] });
    fed.join.start(1);
    fed.push(1, body('b', type('m'), m('1', '1 1')));
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text).toBe(out('m{a="1"', '1 1'));
  });

  it('is not used otherwise', () => {
    const fed = new Fed({ replicas });
    fed.join.end(0);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.join.summary().replicas[1]).toMatchObject({ result: 'unused', missing: 0 });
  });

  it('leads when the leader was not started', () => {
    const fed = new Fed({ replicas, leader: 1, newestGivenMs: 5 });
    fed.push(0, body('a', type('m'), m('1', '1 5'), m('2', '1 6')));
    fed.join.end(0);
    fed.advance();
    expect(fed.join.summary()).toMatchObject({ leader: 0, filledSeries: 0, seriesOut: 1 });
  });
});

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

describe('duplicates inside one replica', () => {
  it.each(['sorted', 'unsorted'] as const)('are dropped but for the first, %s', (order) => {
    const text = body('a', type('m'), m('1', '1 1'), m('1', '2 1'), m('1', '3 2'), m('2', '1 1'));
    const run = runJoin(options({ replicas: [replica('a', { order })] }), [text]);
    expect(linesOut(run)).toEqual([out('m{a="1"', '1 1'), out('m{a="2"', '1 1')]);
    expect(run.summary.duplicates).toBe(2);
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

function hashText(name: string, labels: LabelSet): string {
  const [low, high] = hashLabelSet(name, labels);
  return String((BigInt(high) << 32n) | BigInt(low));
}

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
    const run = runJoin(options(), [
      body(
        'a',
        type('m'),
        m('1', '1 1'),
        type('n'),
        line('n', 'slave="7"', '1 1').call(null, 'a') === '' ? m('1', '1') : m('2', '1'),
      ),
      '',
    ]);
    expect(run.segments[0]?.compared).toBe(false);
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

  it('is escaped for the client, in the order of the escaped names', () => {
    const utf8 = (of: string): string =>
      `# TYPE "my.metric" untyped\n{"my.metric","l.b"="1",instance="",replica="${of}",slave="0"} 1 1\n` +
      `# TYPE my_a untyped\nmy_a{instance="",replica="${of}",slave="0"} 1 1\n`;
    const plain = runJoin(options(), [utf8('a'), utf8('b')]);
    expect(linesOut(plain)).toEqual([
      '{"my.metric","l.b"="1",instance="",slave="0"} 1 1\n',
      'my_a{instance="",slave="0"} 1 1\n',
    ]);
    const escaped = runJoin(options({ escaping: 'underscores' }), [utf8('a'), utf8('b')]);
    expect(linesOut(escaped)).toEqual([
      'my_a{instance="",slave="0"} 1 1\n',
      'my_metric{l_b="1",instance="",slave="0"} 1 1\n',
    ]);
    expect(escaped.summary.replicas.map(({ missing }) => missing)).toEqual([0, 0]);
  });

  it('may be longer than a block', () => {
    const long = 'x'.repeat(5000);
    const run = runJoin(options(), [body('a', type('m'), m('1', '1 1'), m(long, '1 1')), ''], { blockBytes: 256 });
    expect(linesOut(run)).toEqual([out('m{a="1"', '1 1'), out(`m{a="${long}"`, '1 1')]);
  });
});
