import assert from 'node:assert/strict';
import { EntryParser } from '../../../src/exposition/text/entry-parser.ts';
import { ExternalRuns, RunNames } from '../../../src/exposition/text/external-run.ts';
import { noLabelLimits } from '../../../src/exposition/text/label-limits.ts';
import { LineRewriter } from '../../../src/exposition/text/line-rewriter.ts';
import { LineScanner } from '../../../src/exposition/text/line-scanner.ts';
import { SampleLine } from '../../../src/exposition/text/sample-line.ts';

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

/**
 * What the parser and the rewriter make of the line in `bytes[start, end)`, or why the rewriter refuses it. Throws where
 * the parser does not take all of it for one sample.
 */
export function readSlowly(bytes: Uint8Array, start: number, end: number): unknown[] | string {
  const parser = new EntryParser(noLabelLimits);
  assert.equal(parser.parse(bytes, start, end, 1), 'sample', 'not a sample to the parser');
  assert.equal(parser.end, end, 'the line ends elsewhere to the parser');
  const line = new SampleLine();
  return new LineRewriter().rewrite(parser, bytes, { line, runs }) ?? describeLine(line);
}

/**
 * Throws where the scanner accepts a line of `body` that the parser and the rewriter refuse, or read in another way.
 *
 * @returns how many lines the scanner accepts
 */
export function compareReaders(body: Uint8Array): number {
  const bytes = Buffer.concat([body, Buffer.from('\n'), Buffer.alloc(32)]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const scanner = new LineScanner({ runs, maxLabels: 64, maxLabelValueBytes: Infinity });
  let before = new SampleLine();
  let accepted = 0;
  for (let at = 0; at <= body.length; at = bytes.indexOf(0x0a, at) + 1) {
    const line = new SampleLine();
    line.bytes = bytes;
    line.view = view;
    if (!scanner.scan(line, before, at)) continue;
    assert.deepEqual(readSlowly(bytes, at, scanner.sample.next), describeLine(line));
    before = line;
    accepted += 1;
  }
  return accepted;
}
