import { EntryParser } from '../../../../src/exposition/text/entry-parser.ts';
import { ExternalRuns, RunNames } from '../../../../src/exposition/text/external-run.ts';
import { LineRewriter } from '../../../../src/exposition/text/line-rewriter.ts';
import { SampleLine } from '../../../../src/exposition/text/sample-line.ts';
import { noLabelLimits } from '../../../../src/exposition/text/label-limits.ts';

/** The runs of a server with these external labels. */
export function runsOf(external: Readonly<Record<string, string>> = {}): ExternalRuns {
  const names = new RunNames({
    externalLabels: [external],
    replicaLabels: ['replica'],
    attachedLabels: {},
    shardLabels: {},
  });
  return new ExternalRuns(names, external);
}

/** A line in canonical form, from any form. */
export function sampleLine(text: string, runs: ExternalRuns = runsOf()): SampleLine {
  const bytes = Buffer.from(`${text}\n`);
  const parser = new EntryParser(noLabelLimits);
  parser.parse(bytes, 0, bytes.length, 1);
  const line = new SampleLine();
  new LineRewriter().rewrite(parser, bytes, { line, runs });
  return line;
}

export const keyOf = ({ bytes, start, ownEnd }: SampleLine): string =>
  Buffer.from(bytes.subarray(start, ownEnd)).toString();
