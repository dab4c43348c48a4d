import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EntryParser } from '../../../src/exposition/text/entry-parser.ts';
import { ExternalRuns, RunNames } from '../../../src/exposition/text/external-run.ts';
import { LineNormalizer } from '../../../src/exposition/text/line-normalizer.ts';
import { LineRewriter } from '../../../src/exposition/text/line-rewriter.ts';
import { LineScanner } from '../../../src/exposition/text/line-scanner.ts';
import { SampleLine } from '../../../src/exposition/text/sample-line.ts';
import { damagedBodies } from './exposition-mutations.ts';
import { noLabelLimits } from '../../../src/exposition/text/label-limits.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_007);
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 400);
console.log(`fuzz seed ${seed}`);

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

/** As the parser and the rewriter see the line. */
function slowly(bytes: Uint8Array, start: number, end: number): unknown[] | string {
  const parser = new EntryParser(noLabelLimits);
  const kind = parser.parse(bytes, start, end, 1);
  expect(kind).toBe('sample');
  expect(parser.end).toBe(end);
  const line = new SampleLine();
  return new LineRewriter().rewrite(parser, bytes, { line, runs }) ?? describeLine(line);
}

it('what the scanner accepts, the parser accepts and reads in the same way', () => {
  let accepted = 0;
  fc.assert(
    fc.property(damagedBodies, ({ bodies }) => {
      for (const body of bodies) {
        const bytes = Buffer.concat([body, Buffer.from('\n'), Buffer.alloc(32)]);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        const scanner = new LineScanner({ runs, maxLabels: 64, maxLabelValueBytes: Infinity });
        let before = new SampleLine();
        for (let at = 0; at <= body.length; at = bytes.indexOf(0x0a, at) + 1) {
          const line = new SampleLine();
          line.bytes = bytes;
          line.view = view;
          if (!scanner.scan(line, before, at)) continue;
          expect(slowly(bytes, at, scanner.sample.next)).toEqual(describeLine(line));
          before = line;
          accepted += 1;
        }
      }
    }),
    { seed, numRuns },
  );
  expect(accepted).toBeGreaterThan(numRuns / 8);
});

it('what the normaliser writes, the parser reads as it reads the line itself', () => {
  let accepted = 0;
  fc.assert(
    fc.property(damagedBodies, ({ bodies }) => {
      for (const body of bodies) {
        const bytes = Buffer.concat([body, Buffer.from('\n')]);
        const normalizer = new LineNormalizer();
        for (let at = 0, end; at < bytes.length; at = end) {
          end = bytes.indexOf(0x0a, at) + 1;
          if (!normalizer.normalize(bytes, at, end)) continue;
          const { bytes: normal } = normalizer.draft;
          const both = [() => slowly(normal, 0, normal.indexOf(0x0a) + 1), () => slowly(bytes, at, end)];
          const [ofNormal, ofLine] = both.map((read) => attempt(read));
          expect(ofNormal).toEqual(ofLine);
          accepted += 1;
        }
      }
    }),
    { seed, numRuns },
  );
  expect(accepted).toBeGreaterThan(numRuns / 8);
});

/** The result, or that there is none: messages differ with the form of a line. */
function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return 'refused';
  }
}
