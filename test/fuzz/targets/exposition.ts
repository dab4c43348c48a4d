import assert from 'node:assert/strict';
import { EntryParser } from '../../../src/exposition/text/entry-parser.ts';
import { ExternalRuns, RunNames } from '../../../src/exposition/text/external-run.ts';
import { LineRewriter } from '../../../src/exposition/text/line-rewriter.ts';
import { noLabelLimits } from '../../../src/exposition/text/label-limits.ts';
import { LineScanner } from '../../../src/exposition/text/line-scanner.ts';
import { SampleLine } from '../../../src/exposition/text/sample-line.ts';
import { type FuzzTarget, bytesOf } from '../engine/fuzz-target.ts';
import { tokens } from '../join/exposition-tokens.ts';
import { isListed } from './only-codes.ts';

export const expositionSeeds: readonly Uint8Array[] = bytesOf([
  '# TYPE up untyped\nup{instance="a:1",job="x",replica="a",slave="0"} 1 1700000000000\n',
  '# TYPE http_requests_total counter\nhttp_requests_total{code="200",instance="",replica="a",slave="0"} 1.5e+09 1700000000000\nhttp_requests_total{code="500",instance="",replica="a",slave="0"} NaN 1700000000001\n',
  '# HELP m some\\ntext\n# TYPE m histogram\nm_bucket{le="+Inf",replica="a"} 3\nm_sum 0.1\nm_count 3\n',
  '# TYPE "my.metric" gauge\n{"my.metric","my.label"="ä\\"\\\\\\n",replica="a"} -Inf 1700000000000\n',
  'm{a="x"} 1\nm{a="x!"} 2\nm{a="x",b="y"} 3\nz 0x1p-4\n',
]);

const external = { replica: 'a', slave: '0' };
const names = new RunNames({
  externalLabels: [external],
  replicaLabels: ['replica'],
  attachedLabels: {},
  shardLabels: {},
});
const runs = new ExternalRuns(names, external);

/** All that is known of a line, without where it stands. */
function describeLine(line: SampleLine): unknown[] {
  const { bytes, start, nameEnd, ownEnd, valueStart, valueEnd, end, low, high, run, timestampMs, isQuoted } = line;
  const part = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString('latin1');
  const texts = [part(start, nameEnd), part(start, ownEnd), part(valueStart, valueEnd), part(valueStart, end)];
  return [...texts, low, high, run.joined.text, run.kept.text, timestampMs, isQuoted, line.hasQuotedName];
}

/** What the fast scanner accepts, the parser accepts and reads in the same way. */
function compareReaders(input: Uint8Array): void {
  const bytes = Buffer.concat([input, Buffer.from('\n'), Buffer.alloc(32)]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const scanner = new LineScanner({ runs, maxLabels: 64, maxLabelValueBytes: Infinity });
  let before = new SampleLine();
  for (let at = 0; at <= input.length; at = bytes.indexOf(0x0a, at) + 1) {
    const line = new SampleLine();
    line.bytes = bytes;
    line.view = view;
    if (!scanner.scan(line, before, at)) continue;
    const parser = new EntryParser(noLabelLimits);
    assert.equal(
      parser.parse(bytes, at, scanner.sample.next, 1),
      'sample',
      'the scanner takes what the parser does not',
    );
    assert.equal(parser.end, scanner.sample.next);
    const slow = new SampleLine();
    assert.deepEqual(
      new LineRewriter().rewrite(parser, bytes, { line: slow, runs }) ?? describeLine(slow),
      describeLine(line),
    );
    before = line;
  }
}

/** The parser ends behind each entry, or with a listed error; where the bytes end makes no difference before that. */
function parseAll(input: Uint8Array): void {
  const parser = new EntryParser({ maxLabels: 20, maxLabelValueBytes: 200 });
  const first = new EntryParser({ maxLabels: 20, maxLabelValueBytes: 200 });
  try {
    for (let at = 0; at < input.length; at = parser.end) {
      if (parser.parse(input, at, input.length, 1) === 'incomplete') return;
      assert.ok(parser.end > at && input[parser.end - 1] === 0x0a, 'an entry ends with its line');
      assert.equal(first.parse(input, at, parser.end - 1, 1), 'incomplete', 'an entry without its end is none');
    }
  } catch (error) {
    isListed(error, ['PG_PARSE_INVALID', 'PG_LIMIT_LABELS', 'PG_LIMIT_LABEL_VALUE']);
  }
}

export const exposition: FuzzTarget = {
  name: 'exposition',
  seeds: expositionSeeds,
  tokens,
  run(input) {
    compareReaders(input);
    parseAll(input);
  },
};
