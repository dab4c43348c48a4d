import { EntryParser } from '../../exposition/text/entry-parser.ts';
import type { LabelPair } from '../../exposition/text/external-run.ts';
import { noLabelLimits } from '../../exposition/text/label-limits.ts';

/** How much of a body is looked at. */
export const LEARNING_BYTES = 65_536;

export interface LearningOptions {
  readonly replicaLabels: readonly string[];
  /** Labels that the operator expects among the external ones. */
  readonly expectedLabels: readonly string[];
  /** What is known of the siblings. */
  readonly siblings: readonly Readonly<Record<string, string>>[];
}

/**
 * Infers the external labels of each replica that did not tell them from the first lines of its body: pairs that end
 * every line, from where a line shows that its own, sorted labels are over, or from an expected label on; and a
 * replica label that has one value in all lines. A replica label counts only where no sibling has the same value.
 * Returns an empty record where nothing can be learned.
 */
export function learnExternalLabels(
  bodies: readonly Uint8Array[],
  options: LearningOptions,
): Readonly<Record<string, string>>[] {
  const learned = bodies.map((body) => learnOne(sampleLabels(body), options));
  return learned.map((labels, index) => {
    const siblings = [...options.siblings, ...learned.filter((_, other) => other !== index)];
    const isShared = ([name, value]: LabelPair): boolean =>
      options.replicaLabels.includes(name) && siblings.some((sibling) => sibling[name] === value);
    return Object.fromEntries(Object.entries(labels).filter((pair) => !isShared(pair)));
  });
}

function learnOne(lines: readonly (readonly LabelPair[])[], options: LearningOptions): Record<string, string> {
  const suffix = commonSuffix(lines);
  const expected = new Set([...options.expectedLabels, ...options.replicaLabels]);
  const byDescent = Math.max(0, ...lines.map(labelsAfterDescent));
  const firstExpected = suffix.findIndex(([name]) => expected.has(name));
  const byName = firstExpected === -1 ? 0 : suffix.length - firstExpected;
  const run = suffix.slice(suffix.length - Math.min(suffix.length, Math.max(byDescent, byName)));
  return Object.fromEntries([...constantLabels(lines, options.replicaLabels), ...run]);
}

/** The pairs with a value that end every line, as far as they are sorted by name. */
function commonSuffix(lines: readonly (readonly LabelPair[])[]): readonly LabelPair[] {
  if (lines.length === 0) return [];
  const first = lines[0]!.filter(hasValue);
  let length = ascendingSuffix(first);
  for (const line of lines) {
    const pairs = line.filter(hasValue);
    let shared = 0;
    while (shared < Math.min(length, pairs.length)) {
      const mine = pairs[pairs.length - 1 - shared]!;
      const theirs = first[first.length - 1 - shared]!;
      if (mine[0] !== theirs[0] || mine[1] !== theirs[1]) break;
      shared += 1;
    }
    length = shared;
  }
  return first.slice(first.length - length);
}

function ascendingSuffix(pairs: readonly LabelPair[]): number {
  let length = Math.min(1, pairs.length);
  while (length < pairs.length && pairs[pairs.length - 1 - length]![0] < pairs[pairs.length - length]![0]) length += 1;
  return length;
}

/**
 * How many pairs with a value surely belong to the run: own labels are sorted and have values, so it has begun at the
 * latest where a name is lower than the one before it, or where a value is empty.
 */
function labelsAfterDescent(line: readonly LabelPair[]): number {
  for (let i = 0; i < line.length; i++) {
    if (!hasValue(line[i]!) || (i > 0 && line[i]![0] < line[i - 1]![0])) return line.slice(i).filter(hasValue).length;
  }
  return 0;
}

/** Replica labels that stand in every line with one value, wherever: servers other than Prometheus sort them in. */
function constantLabels(lines: readonly (readonly LabelPair[])[], names: readonly string[]): LabelPair[] {
  return names.flatMap((name): LabelPair[] => {
    const values = new Set(lines.map((line) => line.find((pair) => pair[0] === name)?.[1] ?? ''));
    const [value] = values;
    return values.size === 1 && value !== undefined && value !== '' ? [[name, value]] : [];
  });
}

function hasValue([, value]: LabelPair): boolean {
  return value !== '';
}

/** The labels of the samples in `body`, up to the first that cannot be parsed: who reads it again will say why. */
function sampleLabels(body: Uint8Array): LabelPair[][] {
  const parser = new EntryParser(noLabelLimits);
  const lines: LabelPair[][] = [];
  const limit = Math.min(body.length, LEARNING_BYTES);
  try {
    for (let at = 0; at < limit; at = parser.end) {
      const kind = parser.parse(body, at, limit, 1);
      if (kind === 'incomplete') break;
      if (kind === 'sample') lines.push(parser.labelNames.map((name, i) => [name, parser.labelValues[i]!]));
    }
  } catch {
    return lines;
  }
  return lines;
}
