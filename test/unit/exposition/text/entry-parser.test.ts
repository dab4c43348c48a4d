import { describe, expect, it } from 'vitest';
import { EntryParser } from '../../../../src/exposition/text/entry-parser.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import { noLabelLimits } from '../../../../src/exposition/text/label-limits.ts';

function parse(text: string | Uint8Array, maxLabels = Infinity): EntryParser & { kind: string } {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const parser = new EntryParser({ ...noLabelLimits, maxLabels });
  return Object.assign(parser, { kind: parser.parse(bytes, 0, bytes.length, 1) });
}

function labelsOf({ labelNames, labelValues }: EntryParser): string[][] {
  return labelNames.map((name, i) => [name, labelValues[i]!]);
}

function errorOf(text: string | Uint8Array, maxLabels?: number): GatewayError {
  try {
    parse(text, maxLabels);
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    return error as GatewayError;
  }
  throw new Error(`accepted: ${JSON.stringify(String(text))}`);
}

describe('samples that Prometheus accepts', () => {
  it.each<[line: string, name: string, labels: string[][]]>([
    ['m 1\n', 'm', []],
    ['m{} 1\n', 'm', []],
    ['m{a="b"} 1\n', 'm', [['a', 'b']]],
    ['m{a="b",} 1\n', 'm', [['a', 'b']]],
    ['m {a="b"} 1\n', 'm', [['a', 'b']]],
    ['m{a="b"}1\n', 'm', [['a', 'b']]],
    ['m{ a = "b" }\t1\n', 'm', [['a', 'b']]],
    [
      'm{a="b" c="d"} 1\n',
      'm',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'm{a="b"c="d"} 1\n',
      'm',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['m{a=""} 1\n', 'm', [['a', '']]],
    ['a:b_c{le="+Inf"} 1\n', 'a:b_c', [['le', '+Inf']]],
    ['_m{_a="b"} 1\n', '_m', [['_a', 'b']]],
    ['{"my.metric"} 1\n', 'my.metric', []],
    ['{"my.metric",} 1\n', 'my.metric', []],
    ['{"my.metric",l="x"} 1\n', 'my.metric', [['l', 'x']]],
    ['{l="x","my.metric"} 1\n', 'my.metric', [['l', 'x']]],
    ['{l="x" "my.metric"} 1\n', 'my.metric', [['l', 'x']]],
    [' {"my.metric"} 1\n', 'my.metric', []],
    ['m{"my.label"="x"} 1\n', 'm', [['my.label', 'x']]],
    ['{"q\\"\\\\\\n"} 1\n', 'q"\\\n', []],
    // white space before a bare name becomes part of it
    [' m 1\n', ' m', []],
    ['\t m{a="b"} 1\n', '\t m', [['a', 'b']]],
    // escapes: three are known, any other stays as it is written
    ['m{a="\\\\\\"\\n"} 1\n', 'm', [['a', '\\"\n']]],
    ['m{a="\\x\\t"} 1\n', 'm', [['a', '\\x\\t']]],
    ['m{a="\\\\n"} 1\n', 'm', [['a', '\\n']]],
    ['m{a="x\ny"} 1\n', 'm', [['a', 'x\ny']]],
    ['m{a="x\0y\r\t"} 1\n', 'm', [['a', 'x\0y\r\t']]],
    ['m{a= \0"x"} 1\n', 'm', [['a', 'x']]],
    ['m{a="é\u{1f600}"} 1\n', 'm', [['a', 'é\u{1f600}']]],
  ])('%j', (line, name, labels) => {
    const parser = parse(line);
    expect(parser.kind).toBe('sample');
    expect(parser.name).toBe(name);
    expect(labelsOf(parser)).toEqual(labels);
    expect(parser.end).toBe(Buffer.byteLength(line));
  });

  it.each<[line: string, value: string, timestampMs: number]>([
    ['m 1\n', '1', NaN],
    ['m 1 \n', '1', NaN],
    ['m 1 2\n', '1', 2],
    ['m 1\t2\t \n', '1', 2],
    ['m 1e3 1700000000000\n', '1e3', 1_700_000_000_000],
    ['m +5 007\n', '+5', 7],
    ['m NaN 9223372036854775807\n', 'NaN', 2 ** 63],
    ['m -Inf 00000000000000000000000000000000001\n', '-Inf', 1],
  ])('value and timestamp of %j', (line, value, timestampMs) => {
    const parser = parse(line);
    expect(line.slice(parser.valueStart, parser.valueEnd)).toBe(value);
    expect(parser.timestampMs).toBe(timestampMs);
    expect(line.slice(parser.timestampStart, parser.timestampEnd) !== '').toBe(!Number.isNaN(timestampMs));
  });
});

describe('other entries that Prometheus accepts', () => {
  it.each<[entry: string, kind: string]>([
    ['\n', 'skip'],
    [' \t\n', 'skip'],
    ['#\n', 'skip'],
    ['# foo\n', 'skip'],
    ['# a \r\n', 'skip'],
    ['#HELP m x\n', 'skip'],
    ['#TYPE m nonsense\n', 'skip'],
    ['# HELP\n', 'skip'],
    ['# HELPED m\n', 'skip'],
    ['# TYPE\n', 'skip'],
    ['# UNIT m seconds\n', 'skip'],
    ['# EOF\n', 'skip'],
    ['# HELP m some text \\n \\x "\n', 'skip'],
    ['# HELP m\n', 'skip'],
    ['# HELP m   \n', 'skip'],
    ['# HELP m a\0b\n', 'skip'],
    ['# HELP "my.metric" text\n', 'skip'],
    ['# TYPE m counter\n', 'type'],
    ['# \tTYPE \t m gauge\n', 'type'],
    ['  # TYPE m summary\n', 'type'],
    ['# TYPE m histogram\n', 'type'],
    ['# TYPE m untyped\n', 'type'],
    ['# TYPE "my.metric" untyped\n', 'type'],
  ])('%j', (entry, kind) => {
    const parser = parse(entry);
    expect(parser.kind).toBe(kind);
    expect(parser.end).toBe(Buffer.byteLength(entry));
  });

  it('decodes a TYPE line', () => {
    expect(parse('# TYPE "my.\\"metric" counter\n')).toMatchObject({ name: 'my."metric', type: 'counter' });
  });
});

describe('what Prometheus refuses', () => {
  it.each<[line: string]>([
    ['m\n'],
    ['m{a="b"}\n'],
    ['9m 1\n'],
    ['my-metric 1\n'],
    ['my.metric 1\n'],
    ['m 1\r\n'],
    ['\r\n'],
    ['m{a="b"} 1 # {x="y"} 1\n'],
    ['m 1 # comment\n'],
    ['m 1 2 3\n'],
    ['m 1 -2\n'],
    ['m 1 +2\n'],
    ['m 1 2.5\n'],
    ['m 1 1e3\n'],
    ['m 1 9223372036854775808\n'],
    ['m +NaN\n'],
    ['m -NaN\n'],
    ['m 1e999\n'],
    ['m -1e999\n'],
    ['m 0x10\n'],
    ['m 0x1p4\n'],
    ['m 1_000\n'],
    ['m 1{\n'],
    ['m abc\n'],
    ['m ""\n'],
    ['m .\n'],
    ['m 1e\n'],
    ['m{,} 1\n'],
    ['m{a="b",,c="d"} 1\n'],
    ['m{a="b",,} 1\n'],
    ["m{a='b'} 1\n"],
    ['m{="x"} 1\n'],
    ['m{""="x"} 1\n'],
    ['m{a} 1\n'],
    ['m{a,b="c"} 1\n'],
    ['m{a:b="c"} 1\n'],
    ['m{9a="c"} 1\n'],
    ['m{a="b"\n'],
    ['m{a="b"}} 1\n'],
    ['m{}{} 1\n'],
    ['m{a=b} 1\n'],
    ['m{a="x\\\ny"} 1\n'],
    ['m{__name__="x"} 1\n'],
    ['{A} 1\n'],
    ['{a="b"} 1\n'],
    ['{} 1\n'],
    ['{""} 1\n'],
    ['{"a","b"} 1\n'],
    ['foo{"my.metric"} 1\n'],
    ['"my.metric" 1\n'],
    ['"my.metric"{} 1\n'],
    ['{"m" a="b"} 1\n'],
    ['{"m\0"} 1\n'],
    ['m\0 1\n'],
    ['m{a\0="b"} 1\n'],
    ['m{a=\0"b"} 1\n'],
    ['m{"a\0"="b"} 1\n'],
    ['m 1\0\n'],
    ['\0\n'],
    ['# TYPE m  counter\n'],
    ['# TYPE m counter \n'],
    ['# TYPE m counter\r\n'],
    ['# TYPE m COUNTER\n'],
    ['# TYPE m unknown\n'],
    ['# TYPE m foo\n'],
    ['# TYPE m\n'],
    ['# TYPE 9m counter\n'],
    ['# TYPE \n'],
    ['# HELP \n'],
    ['# HELP 9m x\n'],
  ])('%j', (line) => {
    expect(errorOf(line).code).toBe('PG_PARSE_INVALID');
  });

  it.each<[what: string, bytes: Uint8Array]>([
    ['a label value', Buffer.from('m{a="x\xff"} 1\n', 'latin1')],
    ['an overlong form', Buffer.from('m{a="\xc0\x80"} 1\n', 'latin1')],
    ['a surrogate', Buffer.from('m{a="\xed\xa0\x80"} 1\n', 'latin1')],
    ['a label name', Buffer.from('m{"\xff"="x"} 1\n', 'latin1')],
    ['a metric name', Buffer.from('{"\xff"} 1\n', 'latin1')],
    ['a HELP text', Buffer.from('# HELP m \xff\n', 'latin1')],
  ])('bytes that are not UTF-8 in %s', (_, bytes) => {
    expect(errorOf(bytes).code).toBe('PG_PARSE_INVALID');
  });

  it('says where and why', () => {
    const error = errorOf('m{a="b",, c="d"} 1\n');
    expect(error.message).toBe('line 1, column 9: expected a label name, in "m{a=\\"b\\",, c=\\"d\\"} 1"');
    expect(error.details).toEqual({
      line: 1,
      column: 9,
      reason: 'expected a label name',
      excerpt: 'm{a="b",, c="d"} 1',
    });
  });

  it('counts line feeds inside quotes', () => {
    expect(errorOf('m{a="1\n2\n3",,} 1\n').details).toMatchObject({ line: 3, column: 4, excerpt: '3",,} 1' });
  });

  it('cuts a long excerpt', () => {
    expect(errorOf(`${'x'.repeat(500)}-\n`).details['excerpt']).toBe(`${'x'.repeat(80)}…`);
  });
});

describe('bounds', () => {
  it.each(['m', 'm{a="b', 'm{a="b"} 1', 'm{a="b\n', 'm{a="\\', '# TYPE m', '# HELP "m', '', ' ', 'm 1 1'])(
    '%j does not end in the bytes that are there',
    (text) => {
      expect(parse(text).kind).toBe('incomplete');
    },
  );

  it('does not look beyond the limit', () => {
    const bytes = Buffer.from('m 1\nm 2\n');
    expect(new EntryParser(noLabelLimits).parse(bytes, 0, 3, 1)).toBe('incomplete');
  });

  it('limits labels that have a value', () => {
    expect(parse('m{a="1",b="",c="2"} 1\n', 2).kind).toBe('sample');
    expect(errorOf('m{a="1",b="2",c="3"} 1\n', 2).code).toBe('PG_LIMIT_LABELS');
  });
});
