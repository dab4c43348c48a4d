import { compareUtf8 } from '../../model/compare-utf8.ts';
import type { EntryParser } from './entry-parser.ts';
import type { ExternalRun, ExternalRuns, LabelPair } from './external-run.ts';
import { canonicalMetricName, canonicalPair, PartHash } from './label-set-hash.ts';
import type { SampleLine } from './sample-line.ts';
import { ScratchBuffer } from './scratch-buffer.ts';

/**
 * Brings a parsed line into canonical form: own labels sorted, empty ones left out, the
 * run of external labels cut off. The line's bytes are valid until the call after the next one, so that a line can
 * be compared with the one before it.
 */
export class LineRewriter {
  /** Whether the line rewritten last followed Prometheus' rule but for `instance=""`, which it lacked. */
  lacksInstance = false;
  #current = new ScratchBuffer();
  #previous = new ScratchBuffer();
  readonly #part = new PartHash();
  readonly #encoder = new TextEncoder();

  /** Undefined, or the reason why Prometheus would refuse the line: two labels of one name. */
  rewrite(parsed: EntryParser, bytes: Uint8Array, into: { line: SampleLine; runs: ExternalRuns }): string | undefined {
    const { line, runs } = into;
    const pairs = uniquePairs(parsed);
    if (typeof pairs === 'string') return pairs;
    const { own, run, lacksInstance } = splitRun(pairs, runs);
    this.lacksInstance = lacksInstance;
    own.sort(([a], [b]) => compareUtf8(a, b));
    this.#write(line, { name: parsed.name, own, parsed, bytes });
    line.run = run;
    return undefined;
  }

  #write(
    line: SampleLine,
    content: { name: string; own: readonly LabelPair[]; parsed: EntryParser; bytes: Uint8Array },
  ): void {
    const { name, own, parsed, bytes } = content;
    const canonicalName = canonicalMetricName(name);
    const hasQuotedName = canonicalName !== name;
    const head = hasQuotedName ? `{${canonicalName}` : name;
    const texts = own.map(([label, value]) => canonicalPair(label, value));
    const key = texts.length === 0 ? head : `${head}${hasQuotedName ? ',' : '{'}${texts.join(',')}`;
    const { valueStart, valueEnd, timestampStart, timestampEnd } = parsed;
    const scratch = this.#nextScratch(key.length * 3 + (timestampEnd - valueStart) + 1);
    line.bytes = scratch.bytes;
    line.view = scratch.view;
    line.start = 0;
    line.ownEnd = this.#encoder.encodeInto(key, scratch.bytes).written;
    line.valueStart = line.ownEnd;
    scratch.bytes.set(bytes.subarray(valueStart, valueEnd), line.valueStart);
    line.end = line.valueEnd = line.valueStart + valueEnd - valueStart;
    if (timestampEnd > timestampStart) {
      scratch.bytes[line.valueEnd] = 0x20;
      scratch.bytes.set(bytes.subarray(timestampStart, timestampEnd), line.valueEnd + 1);
      line.end = line.valueEnd + 1 + timestampEnd - timestampStart;
    }
    line.timestampMs = parsed.timestampMs;
    line.hasQuotedName = hasQuotedName;
    line.isQuoted = hasQuotedName || texts.some((text) => text.startsWith('"'));
    this.#hash(line, Buffer.byteLength(head), texts);
  }

  #hash(line: SampleLine, nameEnd: number, texts: readonly string[]): void {
    const part = this.#part;
    part.name(line.view, line.hasQuotedName ? 1 : 0, nameEnd);
    let { low, high } = part;
    let at = nameEnd;
    for (const text of texts) {
      const end = at + 1 + Buffer.byteLength(text);
      part.pair(line.view, at + 1, end);
      low = (low + part.low) | 0;
      high = (high + part.high) | 0;
      at = end;
    }
    line.nameEnd = nameEnd;
    line.low = low;
    line.high = high;
  }

  #nextScratch(size: number): ScratchBuffer {
    const next = this.#previous;
    this.#previous = this.#current;
    this.#current = next;
    next.reserve(size);
    return next;
  }
}

/**
 * The labels in the order of the line, or why they are none. A name that has an empty value anywhere is absent; but an
 * empty `instance`, which Prometheus appends, is retained, since it shows where the run of external labels has begun.
 */
function uniquePairs({ labelNames, labelValues }: EntryParser): LabelPair[] | string {
  const absent = new Set(labelNames.filter((_, i) => labelValues[i] === ''));
  const pairs: LabelPair[] = [];
  const seen = new Set<string>();
  for (const [i, name] of labelNames.entries()) {
    if (absent.has(name)) {
      if (name === 'instance' && !seen.has(name)) pairs.push([name, '']);
      seen.add(name);
      continue;
    }
    if (seen.has(name)) return `label name ${JSON.stringify(name)} is not unique`;
    seen.add(name);
    pairs.push([name, labelValues[i]!]);
  }
  return pairs;
}

interface SplitLine {
  readonly own: LabelPair[];
  readonly run: ExternalRun;
  readonly lacksInstance: boolean;
}

/**
 * Separates a line's own labels from its run of external ones. Where the line shows that Prometheus appended a run, it is
 * the longest suffix that the rule allows: an own label of equal name and value just before it cannot be told apart.
 * Where it does not (other servers sort external labels among the others) each label that equals an external one
 * is taken for that. Own labels that the gateway would attach with the same value count as attached, so that equal
 * label sets have equal keys.
 */
function splitRun(pairs: readonly LabelPair[], runs: ExternalRuns): SplitLine {
  const { appended, names } = runs;
  const withValues = pairs.filter(hasValue);
  const suffix = runOf(pairs, appended);
  const isExternal = (pair: LabelPair): boolean => includesPair(suffix?.length ? suffix : appended, pair);
  const candidates = withValues.filter((pair) => !isExternal(pair));
  const isShared = (pair: LabelPair): boolean =>
    includesPair(names.attached, pair) || (!names.replicaLabels.has(pair[0]) && includesPair(appended, pair));
  const own = candidates.filter((pair) => !isShared(pair));
  const ownNames = own.map(([name]) => name);
  const run = runs.rewritten(ownNames, [...withValues.filter(isExternal), ...candidates.filter(isShared)]);
  const lacksInstance = suffix === undefined && runOf(withValues, appended.filter(hasValue)) !== undefined;
  return { own, run, lacksInstance };
}

/** The longest end of `pairs` that is what Prometheus appends to the labels before it; undefined if there is none. */
function runOf(pairs: readonly LabelPair[], appended: readonly LabelPair[]): readonly LabelPair[] | undefined {
  for (let start = 0; start <= pairs.length; start++) {
    const own = pairs.slice(0, start);
    if (!own.every(hasValue)) break;
    const expected = appended.filter(([name]) => !own.some((pair) => pair[0] === name));
    const rest = pairs.slice(start);
    if (rest.length === expected.length && rest.every((pair, i) => isSamePair(pair, expected[i]!))) return rest;
  }
  return undefined;
}

function hasValue([, value]: LabelPair): boolean {
  return value !== '';
}

function includesPair(pairs: readonly LabelPair[], pair: LabelPair): boolean {
  return pairs.some((other) => isSamePair(other, pair));
}

function isSamePair(a: LabelPair, b: LabelPair): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
