import { describe, expect, it } from 'vitest';
import { EntryParser } from '../../../../src/exposition/text/entry-parser.ts';
import { ExternalRuns, RunNames } from '../../../../src/exposition/text/external-run.ts';
import { hashLabelSet } from '../../../../src/exposition/text/label-set-hash.ts';
import { LineRewriter } from '../../../../src/exposition/text/line-rewriter.ts';
import { SampleLine } from '../../../../src/exposition/text/sample-line.ts';
import { noLabelLimits } from '../../../../src/exposition/text/label-limits.ts';

const external = { cluster: 'x', replica: 'a', slave: '0' };
const names = new RunNames({
  externalLabels: [external],
  replicaLabels: ['replica'],
  attachedLabels: { region: 'eu' },
  shardLabels: { slave: '0' },
});
const runs = new ExternalRuns(names, external);

function rewrite(text: string): { line: SampleLine; reason: string | undefined; lacksInstance: boolean } {
  const bytes = Buffer.from(text);
  const parser = new EntryParser(noLabelLimits);
  expect(parser.parse(bytes, 0, bytes.length, 1)).toBe('sample');
  const rewriter = new LineRewriter();
  const line = new SampleLine();
  const reason = rewriter.rewrite(parser, bytes, { line, runs });
  return { line, reason, lacksInstance: rewriter.lacksInstance };
}

const textOf = ({ bytes }: SampleLine, start: number, end: number): string =>
  Buffer.from(bytes.subarray(start, end)).toString();
const keyOf = (line: SampleLine): string => textOf(line, line.start, line.ownEnd);
const tail = 'cluster="x",instance="",replica="a",slave="0"';

describe('the key', () => {
  it.each([
    [`m{${tail}} 1\n`, 'm'],
    [`m{a="x",${tail}} 1\n`, 'm{a="x"'],
    [`m{b="y",a="x",${tail}} 1\n`, 'm{a="x",b="y"'],
    [`m{b="y",e="",a="x",${tail}} 1\n`, 'm{a="x",b="y"'],
    [`m{a="x\ny\\z",${tail}} 1\n`, 'm{a="x\\ny\\\\z"'],
    [`m{"a"="x","b.c"="y",${tail}} 1\n`, 'm{a="x","b.c"="y"'],
    [`{"my.metric",${tail}} 1\n`, '{"my.metric"'],
    [`{"m",b="y",${tail}} 1\n`, 'm{b="y"'],
    [` m{${tail}} 1\n`, '{" m"'],
    // an external label before the run is the line's own, one in the run is not
    ['m{a="x",replica="a",cluster="x",instance="",slave="0"} 1\n', 'm{a="x",replica="a"'],
    ['m{a="x",replica="b",cluster="x",instance="",slave="0"} 1\n', 'm{a="x",replica="b"'],
    // what the gateway attaches anyhow is not part of the key
    [`m{a="x",region="eu",${tail}} 1\n`, 'm{a="x"'],
    [`m{a="x",region="us",${tail}} 1\n`, 'm{a="x",region="us"'],
    // a server that sorts external labels in
    ['m{a="x",cluster="x",job="j",replica="a",slave="0",zone="z"} 1\n', 'm{a="x",job="j",zone="z"'],
    ['m{a="x",cluster="y",job="j",zone="z"} 1\n', 'm{a="x",cluster="y",job="j",zone="z"'],
  ])('of %j is %j', (text, key) => {
    expect(keyOf(rewrite(text).line)).toBe(key);
  });
});

describe('the run', () => {
  it.each([
    [`m{a="x",${tail}} 1\n`, 'cluster="x",instance="",region="eu",slave="0"', false],
    ['m{a="x",instance="h",cluster="x",replica="a",slave="0"} 1\n', 'cluster="x",region="eu",slave="0"', false],
    ['m{a="x",cluster="x",replica="a",slave="0"} 1\n', 'cluster="x",instance="",region="eu",slave="0"', true],
    ['m{a="x",replica="a",zone="z"} 1\n', 'instance="",region="eu"', false],
    ['m{a="x",region="us"} 1\n', 'instance=""', false],
  ])('of %j is %j', (text, run, lacksInstance) => {
    const rewritten = rewrite(text);
    expect(rewritten.line.run.joined.text).toBe(run);
    expect(rewritten.lacksInstance).toBe(lacksInstance);
  });

  it('is the usual one for an ordinary line', () => {
    expect(rewrite(`m{ a="x",${tail}} 1\n`).line.run.joined).toBe(runs.get(0).joined);
  });
});

describe('value and timestamp', () => {
  it.each([
    ['m  1e+06\t1700000000000 \n', '1e+06 1700000000000', '1e+06', 1_700_000_000_000],
    ['m{}NaN\n', 'NaN', 'NaN', NaN],
    ['m 0.50 007\n', '0.50 007', '0.50', 7],
  ])('of %j stay as they are', (text, both, value, timestampMs) => {
    const { line } = rewrite(text);
    expect(textOf(line, line.valueStart, line.end)).toBe(both);
    expect(textOf(line, line.valueStart, line.valueEnd)).toBe(value);
    expect(line.timestampMs).toBe(timestampMs);
  });
});

describe('names', () => {
  it.each([
    [`m{a="x",${tail}} 1\n`, 'm', false, false],
    [`m{"a.b"="x",${tail}} 1\n`, 'm', true, false],
    [`{"é",a="x",${tail}} 1\n`, '{"é"', true, true],
  ])('of %j', (text, head, isQuoted, hasQuotedName) => {
    const { line } = rewrite(text);
    expect(textOf(line, line.start, line.nameEnd)).toBe(head);
    expect(line).toMatchObject({ isQuoted, hasQuotedName });
  });

  it('hash as the label set does', () => {
    const { line } = rewrite(`{"é","a.b"="x",c="1\n",${tail}} 1\n`);
    expect([line.low >>> 0, line.high >>> 0]).toEqual(hashLabelSet('é', ['a.b', 'x', 'c', '1\n']));
  });
});

it.each([
  [`m{a="1",a="2",${tail}} 1\n`, 'label name "a" is not unique'],
  ['m{slave="1",cluster="x",instance="",slave="0"} 1\n', 'label name "slave" is not unique'],
])('refuses %j', (text, reason) => {
  expect(rewrite(text).reason).toBe(reason);
});

it('takes a name with an empty value for absent, wherever it comes again', () => {
  expect(keyOf(rewrite('m{a="1",a="",b="2"} 1\n').line)).toBe('m{b="2"');
  expect(keyOf(rewrite('m{instance="h",instance="",b="2"} 1\n').line)).toBe('m{b="2"');
});

it('keeps a line until the call after the next one', () => {
  const rewriter = new LineRewriter();
  const lines = ['a', 'b'].map((name) => {
    const bytes = Buffer.from(`${name} 1\n`);
    const parser = new EntryParser(noLabelLimits);
    parser.parse(bytes, 0, bytes.length, 1);
    const line = new SampleLine();
    rewriter.rewrite(parser, bytes, { line, runs });
    return line;
  });
  expect(lines.map(keyOf)).toEqual(['a', 'b']);
});
