import { describe, expect, it } from 'vitest';
import { ExternalRuns } from '../../../../src/exposition/text/external-run.ts';
import { END, LINE, NEED, ReplicaStream } from '../../../../src/federate/join/replica-stream.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import { keyOf, runsOf } from './join-fixture.ts';

const runs = runsOf({ replica: 'a', slave: '0' });

function createStream(limits: { maxLineBytes?: number; maxLabels?: number } = {}): ReplicaStream {
  const stream = new ReplicaStream({
    maxLineBytes: Infinity,
    maxLabels: Infinity,
    maxLabelValueBytes: Infinity,
    ...limits,
  });
  stream.use(runs);
  return stream;
}

/** `family type: key sample` of each line. */
function readAll(stream: ReplicaStream, pieces: readonly (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const rest = [...pieces];
  for (;;) {
    const step = stream.step();
    if (step === END) return lines;
    if (step === NEED) {
      const piece = rest.shift();
      if (piece === undefined) stream.end();
      else stream.push(Buffer.from(piece));
      continue;
    }
    const { bytes, valueStart, end } = stream.line;
    const sample = Buffer.from(bytes.subarray(valueStart, end)).toString();
    lines.push(`${stream.family.name} ${stream.family.type}: ${keyOf(stream.line)} ${sample}`);
  }
}

const tail = ',instance="",replica="a",slave="0"}';
const mixed =
  `# HELP m é\n# TYPE m counter\nm{a="1"${tail} 1 1700000000000\n\nm{ a="1\n2"${tail} 2\nm{a="2"${tail} 3\n` +
  `# TYPE h histogram\nh_bucket{le="1"${tail} 4\nh_sum{${tail.slice(1)} 5\n# plain\n{"my.metric",a="x"${tail} 6\r`.slice(
    0,
    -1,
  ) +
  `\n# TYPE "my.metric" gauge\n{"my.metric",a="y"${tail} 7\nx{b="1",a="2"} 8`;
const expected = [
  'm counter: m{a="1" 1 1700000000000',
  'm counter: m{a="1\\n2" 2',
  'm counter: m{a="2" 3',
  'h histogram: h_bucket{le="1" 4',
  'h histogram: h_sum 5',
  'my.metric untyped: {"my.metric",a="x" 6',
  'my.metric untyped: {"my.metric",a="y" 7',
  'x untyped: x{a="2",b="1" 8',
];

describe('lines and families', () => {
  it('of a whole body', () => {
    expect(readAll(createStream(), [mixed])).toEqual(expected);
  });

  it('with comments in between, whatever they look like', () => {
    const comments = [
      '#',
      '# ',
      '#\t',
      '# a',
      '#TYPE m gauge',
      '# TYPED m gauge',
      '# HELPLESS',
      '#  TYPEm',
      `#${' x'.repeat(50)}`,
    ];
    const body = comments.map((comment, i) => `${comment}\nm{a="${i}"${tail} ${i}\n`).join('');
    const stream = createStream();
    expect(readAll(stream, ['# TYPE m counter\n', body])).toEqual(comments.map((_, i) => `m counter: m{a="${i}" ${i}`));
    expect(stream.skippedBytes).toBe(comments.join('\n').length + '\n# TYPE m counter\n\n'.length);
  });

  it('with TYPE lines in other forms', () => {
    const types = ['#  TYPE m gauge', '#\tTYPE m gauge', '# TYPE\tm gauge'];
    for (const type of types)
      expect(readAll(createStream(), [`${type}\nm{${tail.slice(1)} 1\n`])).toEqual(['m gauge: m 1']);
  });

  it.each([1, 2, 3, 7, 50])('in pieces of %i bytes', (size) => {
    const bytes = Buffer.from(mixed);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    expect(readAll(createStream(), pieces)).toEqual(expected);
  });

  it('counts what it has read', () => {
    const stream = createStream();
    readAll(stream, [mixed]);
    expect(stream.consumed).toBe(Buffer.byteLength(mixed) + 1);
  });

  it('sees that a line was not announced', () => {
    const lacksTypes = (body: string): boolean => {
      const stream = createStream();
      readAll(stream, [body]);
      return stream.lacksTypes;
    };
    expect(lacksTypes('# TYPE m untyped\nm 1\n')).toBe(false);
    expect(lacksTypes('# TYPE m untyped\nm 1\nn 1\n')).toBe(true);
    expect(lacksTypes('m 1\n')).toBe(true);
  });
});

describe('rewind', () => {
  it('makes the last line the next one again', () => {
    const stream = createStream();
    stream.push(Buffer.from(`# TYPE m gauge\nm{a="1"${tail} 1\n# TYPE n gauge\nn{a="1"${tail} 2\nn{a="2"${tail} 3\n`));
    const steps = [LINE, LINE].map(() => stream.step());
    const consumed = stream.consumed;
    stream.rewind();
    expect(steps).toEqual([LINE, LINE]);
    expect(readAll(stream, [])).toEqual(['n gauge: n{a="1" 2', 'n gauge: n{a="2" 3']);
    expect(stream.consumed).toBeGreaterThan(consumed);
  });
});

describe('stepIfEqual', () => {
  const leader = createStream();
  leader.push(Buffer.from(`# TYPE m untyped\nm{a="1"${tail} 1\n`));
  leader.step();

  function follow(text: string, isInFamily = true): boolean {
    const stream = createStream();
    stream.push(Buffer.from(`# TYPE m untyped\nm{a="0"${tail} 1\n${text}`));
    stream.step();
    return stream.stepIfEqual(leader.line, leader.family, isInFamily);
  }

  it.each([
    [`m{a="1"${tail} 9 1700000000000\n`, true],
    [`# TYPE m untyped\nm{a="1"${tail} 9\n`, true],
    [`m{a="2"${tail} 9\n`, false],
    [`m{a="1",b="1"${tail} 9\n`, false],
    ['m{a="1"} 9\n', false],
    [`m{a="1"${tail} x\n`, false],
    [`m{a="1"${tail} 9`, false],
    [`# TYPE n untyped\nm{a="1"${tail} 9\n`, false],
    [`# HELP m x\nm{a="1"${tail} 9\n`, false],
    ['', false],
  ])('%j: %s', (text, isEqual) => {
    expect(follow(text)).toBe(isEqual);
  });

  it('leaves a label that may be an external one to the scanner', () => {
    const [a, b] = ['a', 'b'].map((replica) => {
      const names = runs.names;
      const stream = new ReplicaStream({
        maxLineBytes: Infinity,
        maxLabels: Infinity,
        maxLabelValueBytes: Infinity,
      });
      stream.use(new ExternalRuns(names, { replica }));
      return stream;
    }) as [ReplicaStream, ReplicaStream];
    // The series has replica="b" itself, so that b does not append its own.
    const lines = '# TYPE m untyped\nm{instance="h",replica="b"} 1\n';
    a.push(Buffer.from(lines));
    b.push(Buffer.from(lines));
    a.step();
    expect(keyOf(a.line)).toBe('m{instance="h",replica="b"');
    expect(b.stepIfEqual(a.line, a.family, true)).toBe(false);
    b.step();
    expect(keyOf(b.line)).toBe('m{instance="h"');
  });

  it('needs a TYPE line for another family', () => {
    expect(follow(`m{a="1"${tail} 9\n`, false)).toBe(false);
    expect(follow(`# TYPE m untyped\nm{a="1"${tail} 9\n`, false)).toBe(true);
  });

  it('loses nothing where lines differ', () => {
    const stream = createStream();
    stream.push(Buffer.from(`# TYPE m untyped\nm{a="0"${tail} 1\n# TYPE n gauge\nn{a="1"${tail} 9\n`));
    stream.step();
    expect(stream.stepIfEqual(leader.line, leader.family, true)).toBe(false);
    expect(readAll(stream, [])).toEqual(['n gauge: n{a="1" 9']);
  });

  it('is the line, with its own value', () => {
    const stream = createStream();
    stream.push(Buffer.from(`# TYPE m untyped\nm{a="0"${tail} 1\nm{a="1"${tail} 9 1700000000007\nm{a="1x"${tail} 3\n`));
    stream.step();
    expect(stream.stepIfEqual(leader.line, leader.family, true)).toBe(true);
    expect(keyOf(stream.line)).toBe('m{a="1"');
    expect(stream.line.timestampMs).toBe(1_700_000_000_007);
    expect([stream.line.low, stream.line.high]).toEqual([leader.line.low, leader.line.high]);
    expect(readAll(stream, [])).toEqual(['m untyped: m{a="1x" 3']);
  });
});

describe('errors', () => {
  function errorOf(body: string, limits?: { maxLineBytes?: number; maxLabels?: number }): GatewayError {
    try {
      readAll(createStream(limits), [body]);
    } catch (error) {
      expect(error).toBeInstanceOf(GatewayError);
      return error as GatewayError;
    }
    throw new Error('accepted');
  }

  it('know the line, over entries of several lines', () => {
    expect(errorOf(`# c\n\nm{a="\n\n"} 1\nm{a="1"${tail} 1\nbad line\n`).details).toMatchObject({ line: 7, column: 5 });
  });

  it('know a label that comes twice', () => {
    expect(errorOf('m{a="1",a="2"} 1\n').details).toMatchObject({ line: 1, reason: 'label name "a" is not unique' });
  });

  it('know a value in quotes that does not end', () => {
    expect(errorOf('m 1\nm{a="1\n2').details).toMatchObject({ reason: 'a label value that does not end' });
  });

  it.each([
    [`m{a="${'x'.repeat(100)}"${tail} 1\n`],
    [`# ${'x'.repeat(200)}\n`],
    [`m{a="x\n${'x'.repeat(100)}\n"} 1\n`],
    ['x'.repeat(200)],
  ])('limit what stands in one line: %j', (body) => {
    const error = errorOf(`m 1\n${body}`, { maxLineBytes: 99 });
    expect([error.code, error.details['line'], error.details['limit']]).toEqual(['PG_LIMIT_LINE', 2, 99]);
  });

  it('limit labels', () => {
    const body = `m{a="1",b="2"${tail} 1\n`;
    expect(readAll(createStream({ maxLabels: 4 }), [body])).toHaveLength(1);
    expect(errorOf(body, { maxLabels: 3 }).code).toBe('PG_LIMIT_LABELS');
  });
});
