import {
  BACKSLASH,
  byteClass,
  COMMA,
  EQUALS,
  LABEL_PART,
  LABEL_START,
  LF,
  LOWER_N,
  METRIC_PART,
  METRIC_START,
  OPEN_BRACE,
  PLAIN,
  QUOTE,
} from './byte-class.ts';
import type { ExternalRun, ExternalRuns } from './external-run.ts';
import type { LabelLimits } from './label-limits.ts';
import { PartHash } from './label-set-hash.ts';
import type { SampleLine } from './sample-line.ts';
import { SampleScanner } from './sample-scanner.ts';
import { endOfQuotedName, isBareLabelName, isBareMetricName, isNameAfter } from './quoted-name.ts';
import { isUtf8 } from './utf8.ts';
import { WatchedLabels } from './watched-labels.ts';

/** Lines with more labels of their own are left to the parser. */
const MAX_SCANNED_LABELS = 64;

/**
 * What is known of a pair: where it ends, from the start of the line; the length of its name with `="`; the bit of its
 * name, if watched; 1 if its value is ASCII without escapes; its hash.
 */
const END = 0;
const HEAD = 1;
const BIT = 2;
const PLAIN_VALUE = 3;
const PAIR_LOW = 4;
const PAIR_HIGH = 5;
/** And of all that stands before it: the hash; 1 if a name has stood in quotes. */
const LOW = 6;
const HIGH = 7;
const QUOTED = 8;
const ROW = 9;

/**
 * Recognises lines in exactly the form that Prometheus writes: one pass over the bytes, no object and no string per
 * line. What it accepts is valid and canonical; whatever else there is, it leaves to {@link EntryParser}, which alone
 * decides what is an error. What a line has in common with the one scanned before it is not looked at again: the
 * pairs at its front, and those that stand at the same place.
 */
export class LineScanner {
  /** Bytes of its own part that the line has in common with the one scanned before it; -1 where that is not known. */
  shared = -1;
  /** Whether the server may leave out the `instance=""` that Prometheus appends. */
  lacksInstance = false;
  readonly sample: SampleScanner = new SampleScanner();
  readonly #runs: ExternalRuns;
  readonly #watched: WatchedLabels;
  readonly #canScan: boolean;
  readonly #maxLabels: number;
  readonly #maxLabelValueBytes: number;
  readonly #part = new PartHash();
  /** Whether the arrays below describe the line scanned last. */
  #knowsLine = false;
  #pairs = 0;
  /** By pair, see {@link END} and the others; the row behind the last pair knows what stands before it. */
  readonly #table: Int32Array = new Int32Array((MAX_SCANNED_LABELS + 1) * ROW);
  /** The run that would have to follow the metric name and that many pairs. */
  readonly #runsAfter: ExternalRun[] = [];

  constructor(options: { readonly runs: ExternalRuns } & LabelLimits) {
    this.#runs = options.runs;
    this.#maxLabels = options.maxLabels;
    this.#maxLabelValueBytes = options.maxLabelValueBytes;
    this.#canScan = options.runs.names.canMask;
    this.#watched = new WatchedLabels(options.runs);
  }

  /** The next line's predecessor will not be the line scanned last. */
  forget(): void {
    this.#knowsLine = false;
  }

  /**
   * Describes the pairs of the line scanned last, five words each: where it ends, from the start of the line; the length
   * of its name with `="`; 1 if its value is plain and may become any other one without a change of the run; both words of
   * its hash. Returns how many there are; -1 where that line is not known.
   */
  describePairs(rows: Int32Array): number {
    if (!this.#knowsLine) return -1;
    const table = this.#table;
    for (let pair = 0; pair < this.#pairs; pair++) {
      const row = pair * ROW;
      const isFree = (table[row + BIT]! & this.#watched.externalMask) === 0;
      rows[pair * 5] = table[row + END]!;
      rows[pair * 5 + 1] = table[row + HEAD]!;
      rows[pair * 5 + 2] = isFree ? table[row + PLAIN_VALUE]! : 0;
      rows[pair * 5 + 3] = table[row + PAIR_LOW]!;
      rows[pair * 5 + 4] = table[row + PAIR_HIGH]!;
    }
    return this.#pairs;
  }

  /**
   * Whether a canonical line stands at `start` of `line.bytes`; then `line` describes it, and {@link LineScanner.sample}
   * what follows it. A line feed must follow somewhere, and the buffer must be readable for some bytes after it. False
   * leaves `line` undefined in part. `before` is the line scanned before, in the same buffer, unless `forget` was called.
   */
  // oxlint-disable-next-line max-lines-per-function, complexity -- hot loop, see native-free-bench/micro/scan.bench.ts
  scan(line: SampleLine, before: SampleLine, start: number): boolean {
    if (!this.#canScan) return false;
    const bytes = line.bytes;
    const view = line.view;
    const table = this.#table;
    const runsAfter = this.#runsAfter;
    const part = this.#part;
    const startBefore = before.start;
    /** How many pairs of the line before have a say, and where the one just looked at ended in it. */
    let pairsBefore = 0;
    let endBefore = 0;
    /** Bytes of the next pair that are known to be equal in it; -1 where that is not known. */
    let equal = -1;
    let pairs = 0;
    let hasQuotedName = false;
    let e = start;
    this.shared = -1;
    if (this.#knowsLine) {
      this.#knowsLine = false;
      const ownLength = before.ownEnd - startBefore;
      let q = 0;
      // Words that are only compared are not allocated.
      while (q < ownLength && view.getBigInt64(start + q, true) === view.getBigInt64(startBefore + q, true)) q += 8;
      if (q < ownLength) {
        let difference = view.getInt32(start + q, true) ^ view.getInt32(startBefore + q, true);
        if (difference === 0) {
          q += 4;
          difference = view.getInt32(start + q, true) ^ view.getInt32(startBefore + q, true);
        }
        q += (31 - Math.clz32(difference & -difference)) >> 3;
      }
      if (q > ownLength) q = ownLength;
      this.shared = q;
      pairsBefore = pairs = this.#pairs;
      while (pairs > 0 && table[(pairs - 1) * ROW + END]! > q) pairs -= 1;
      endBefore = pairs > 0 ? table[(pairs - 1) * ROW + END]! : before.nameEnd - startBefore;
      if (q > endBefore || pairs > 0) {
        e = start + endBefore;
        equal = q - endBefore - 1;
        hasQuotedName = before.hasQuotedName;
      }
    }
    if (e === start) {
      if (bytes[e] === OPEN_BRACE) {
        hasQuotedName = true;
        e = endOfQuotedMetric(bytes, start + 1);
        if (e < 0) return false;
        part.name(view, start + 1, e);
      } else {
        if ((byteClass[bytes[e]!]! & METRIC_START) === 0) return false;
        do e += 1;
        while ((byteClass[bytes[e]!]! & METRIC_PART) !== 0);
        part.name(view, start, e);
      }
      table[LOW] = part.low;
      table[HIGH] = part.high;
      table[QUOTED] = hasQuotedName ? 1 : 0;
      runsAfter[0] = this.#runs.get(0);
      line.nameEnd = e;
    } else {
      line.nameEnd = start + before.nameEnd - startBefore;
    }
    line.start = start;

    let row = pairs * ROW;
    let run = runsAfter[pairs]!;
    let low = table[row + LOW]!;
    let high = table[row + HIGH]!;
    let isQuoted = table[row + QUOTED]!;
    for (;;) {
      const isOpening = pairs === 0 && !hasQuotedName;
      let pattern = isOpening ? run.opening! : run.following!;
      if (this.lacksInstance && !pattern.isAt(view, e)) pattern = isOpening ? run.bareOpening! : run.bareFollowing!;
      if ((bytes[e + 1] === pattern.secondByte || pattern.length === 1) && pattern.isAt(view, e)) {
        if (pairs + run.count > this.#maxLabels) return false;
        line.ownEnd = e;
        line.low = low;
        line.high = high;
        line.run = run;
        line.isQuoted = isQuoted === 1;
        line.hasQuotedName = hasQuotedName;
        this.#pairs = pairs;
        return (this.#knowsLine = this.sample.scan(line, e + pattern.length));
      }
      if (bytes[e] !== (isOpening ? OPEN_BRACE : COMMA) || pairs === MAX_SCANNED_LABELS) return false;
      const nameStart = e + 1;
      let p = nameStart;
      let headLength = 0;
      let bit = 0;
      if (pairs < pairsBefore) {
        const pairBefore = startBefore + endBefore + 1;
        const length = table[row + END]! - endBefore - 1;
        endBefore = table[row + END]!;
        bit = table[row + BIT]!;
        let q = equal;
        if (q < 0) {
          let difference = 0;
          q = 0;
          while (q < length && (difference = view.getInt32(p + q, true) ^ view.getInt32(pairBefore + q, true)) === 0)
            q += 4;
          if (q < length) q += (31 - Math.clz32(difference & -difference)) >> 3;
        }
        equal = -1;
        if (q >= length) {
          e = p + length;
          table[row + END] = e - start;
          low = (low + table[row + PAIR_LOW]!) | 0;
          high = (high + table[row + PAIR_HIGH]!) | 0;
          if (bit !== 0) run = this.#runs.get(run.mask | bit);
          if (bytes[nameStart] === QUOTE) isQuoted = 1;
          pairs += 1;
          row += ROW;
          table[row + LOW] = low;
          table[row + HIGH] = high;
          table[row + QUOTED] = isQuoted;
          runsAfter[pairs] = run;
          continue;
        }
        if (q < table[row + HEAD]!) {
          pairsBefore = 0;
        } else {
          // All names so far are those of the line before, so they are sorted.
          headLength = table[row + HEAD]!;
          p += table[row + PLAIN_VALUE] === 1 ? q : headLength;
        }
      }
      if (headLength === 0) {
        if (bytes[p] === QUOTE) {
          p = endOfQuotedLabel(bytes, nameStart);
          if (p < 0) return false;
          bit = this.#watched.bitOf(bytes, nameStart + 1, p - 1);
        } else {
          if ((byteClass[bytes[p]!]! & LABEL_START) === 0) return false;
          do p += 1;
          while ((byteClass[bytes[p]!]! & LABEL_PART) !== 0);
          bit = this.#watched.bitOf(bytes, nameStart, p);
        }
        if (bit < 0 || bytes[p] !== EQUALS || bytes[p + 1] !== QUOTE) return false;
        // Sorted, and so unique.
        const pairStart = pairs > 1 ? start + table[row - 2 * ROW + END]! + 1 : line.nameEnd + 1;
        if (pairs > 0 && !isNameAfter(bytes, pairStart, nameStart)) return false;
        p += 2;
        headLength = p - nameStart;
      }
      const valueStart = nameStart + headLength;
      let isPlain = 1;
      let isAscii = true;
      for (;;) {
        // Four plain bytes at once: no byte is a quote, a backslash, a line feed or beyond ASCII.
        const word = view.getInt32(p, true);
        const special =
          ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101) | ((word ^ 0x0a0a0a0a) - 0x01010101);
        if (((special | word) & 0x80808080) === 0) {
          p += 4;
          continue;
        }
        const byte = bytes[p]!;
        if ((byteClass[byte]! & PLAIN) !== 0) {
          p += 1;
          continue;
        }
        if (byte === QUOTE) break;
        if (byte === LF) return false;
        isPlain = 0;
        if (byte === BACKSLASH) {
          const escaped = bytes[p + 1]!;
          if (escaped !== BACKSLASH && escaped !== QUOTE && escaped !== LOWER_N) return false;
          p += 2;
          continue;
        }
        isAscii = false;
        p += 1;
      }
      if (p === valueStart || p - valueStart > this.#maxLabelValueBytes) return false;
      if (!isAscii && !isUtf8(bytes, valueStart, p)) return false;
      e = p + 1;
      if (bit !== 0) {
        if (this.#watched.isExternal(bytes, nameStart, e)) return false;
        run = this.#runs.get(run.mask | bit);
      }
      part.pair(view, nameStart, e);
      low = (low + part.low) | 0;
      high = (high + part.high) | 0;
      table[row + END] = e - start;
      table[row + HEAD] = headLength;
      table[row + BIT] = bit;
      table[row + PLAIN_VALUE] = isPlain;
      table[row + PAIR_LOW] = part.low;
      table[row + PAIR_HIGH] = part.high;
      if (bytes[nameStart] === QUOTE) isQuoted = 1;
      pairs += 1;
      row += ROW;
      table[row + LOW] = low;
      table[row + HIGH] = high;
      table[row + QUOTED] = isQuoted;
      runsAfter[pairs] = run;
    }
  }
}

/** After the metric name whose opening quote stands at `start`; -1 where it does not need its quotes, or more than those. */
function endOfQuotedMetric(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== QUOTE) return -1;
  const end = endOfQuotedName(bytes, start);
  return end >= 0 && isBareMetricName(bytes, start + 1, end - 1) ? -1 : end;
}

/** As {@link endOfQuotedMetric}, for a label name. */
function endOfQuotedLabel(bytes: Uint8Array, start: number): number {
  const end = endOfQuotedName(bytes, start);
  return end >= 0 && isBareLabelName(bytes, start + 1, end - 1) ? -1 : end;
}
