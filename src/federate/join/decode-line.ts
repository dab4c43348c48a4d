import type { OutgoingRun } from '../../exposition/text/external-run.ts';
import type { SampleLine } from '../../exposition/text/sample-line.ts';
import { parseSampleValue } from '../../exposition/text/sample-value.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import type { LabelSet } from '../../model/label-set.ts';
import { decodeKey } from './compare-lines.ts';

/** The label set with which a line leaves: its own labels and those of `run`. */
export function decodeLabels(line: SampleLine, run: OutgoingRun): LabelSet {
  const key = decodeKey(line);
  const appended = run.labels;
  const labels: string[] = [];
  let i = 1;
  let j = 0;
  while (i < key.length || j < appended.length) {
    const takesOwn = j === appended.length || (i < key.length && compareUtf8(key[i]!, appended[j]!) < 0);
    if (takesOwn) {
      labels.push(key[i]!, key[i + 1]!);
      i += 2;
    } else {
      labels.push(appended[j]!, appended[j + 1]!);
      j += 2;
    }
  }
  return labels;
}

/** The value of a line that was found valid. */
export function decodeValue(line: SampleLine): number {
  return parseSampleValue(line.bytes, line.valueStart, line.valueEnd) ?? Number.NaN;
}
