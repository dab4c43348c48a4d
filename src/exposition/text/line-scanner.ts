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
  SPACE,
} from './byte-class.ts';
import type { ExternalRun, ExternalRuns } from './external-run.ts';
import { canonicalPair, PartHash } from './label-set-hash.ts';
import type { SampleLine } from './sample-line.ts';
import { isUtf8 } from './utf8.ts';

/** Lines with more labels of their own are left to the parser. */
const MAX_SCANNED_LABELS = 64;
/** Digits of Unix milliseconds between the years 2001 and 2286. */
const MILLISECOND_DIGITS = 13;
/** A value of more bytes may be out of range, or needs a closer look. */
const MAX_SCANNED_VALUE_BYTES = 300;

/** A label name that runs depend on, with the pairs that would not be a line's own. */
interface WatchedName {
  readonly name: Uint8Array;
  readonly bit: number;
  readonly sharedPairs: readonly Uint8Array[];
}

/**
 * Recognises lines in exactly the form that Prometheus writes: one pass over the bytes, no object and no string per
 * line. What it accepts is valid and canonical; whatever else there is, it leaves to {@link EntryParser}, which alone
 * decides what is an error. The part of a line that it shares with the line scanned before is not looked at again.
 */
export class LineScanner {
  /** Offset after the line feed of the line scanned last. */
  next = 0;
  /** Bytes of its own part that the line has in common with the one scanned before it; -1 where that is not known. */
  shared = -1;
  readonly #runs: ExternalRuns;
  readonly #canScan: boolean;
  readonly #part = new PartHash();
  /** By the first byte of the name. */
  readonly #watched: readonly (readonly WatchedName[] | undefined)[];
  /** Whether the arrays below describe the line scanned last. */
  #knowsLine = false;
  /** Pair i of the own labels ends before `start + #pairEnds[i]`; hash, run after the metric name and i pairs. */
  #pairs = 0;
  readonly #pairEnds = new Int32Array(MAX_SCANNED_LABELS + 1);
  readonly #lows = new Int32Array(MAX_SCANNED_LABELS + 1);
  readonly #highs = new Int32Array(MAX_SCANNED_LABELS + 1);
  readonly #runsAfter: ExternalRun[] = [];
  readonly #maxLabels: number;

  constructor(options: { readonly runs: ExternalRuns; readonly maxLabels: number }) {
    this.#runs = options.runs;
    this.#maxLabels = options.maxLabels;
    this.#canScan = options.runs.names.canMask;
    this.#watched = watchedNames(options.runs);
  }

  /** The next line's predecessor will not be the line scanned last. */
  forget(): void {
    this.#knowsLine = false;
  }

  /**
   * Whether a canonical line stands at `start` of `line.bytes`; then `line` describes it. A line feed must follow
   * somewhere, and the buffer must be readable for some bytes after it. False leaves `line` undefined in part.
   * `before` is the line scanned before, in the same buffer, unless {@link LineScanner.forget} was called.
   */
  // oxlint-disable-next-line max-lines-per-function, complexity -- hot loop, see native-free-bench/micro/scan.bench.ts
  scan(line: SampleLine, before: SampleLine, start: number): boolean {
    const bytes = line.bytes;
    const view = line.view;
    const pairEnds = this.#pairEnds;
    let pairs = 0;
    let e = start;
    this.shared = -1;
    if (!this.#canScan) return false;
    if (this.#knowsLine) {
      this.#knowsLine = false;
      const startBefore = before.start;
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
      pairs = this.#pairs;
      while (pairs > 0 && pairEnds[pairs - 1]! > q) pairs -= 1;
      if (pairs > 0) e = start + pairEnds[pairs - 1]!;
      else if (q > before.nameEnd - startBefore) e = start + before.nameEnd - startBefore;
    }
    if (e === start) {
      if ((byteClass[bytes[e]!]! & METRIC_START) === 0) return false;
      do e += 1;
      while ((byteClass[bytes[e]!]! & METRIC_PART) !== 0);
      this.#part.name(view, start, e);
      this.#lows[0] = this.#part.low;
      this.#highs[0] = this.#part.high;
      this.#runsAfter[0] = this.#runs.get(0);
      line.nameEnd = e;
    } else {
      line.nameEnd = start + before.nameEnd - before.start;
    }
    line.start = start;

    let run = this.#runsAfter[pairs]!;
    let low = this.#lows[pairs]!;
    let high = this.#highs[pairs]!;
    for (;;) {
      const pattern = pairs === 0 ? run.opening! : run.following!;
      if (((view.getInt32(e, true) ^ pattern.firstWord) & pattern.firstMask) === 0 && pattern.isAt(view, e)) {
        if (pairs + run.count > this.#maxLabels) return false;
        line.ownEnd = e;
        line.low = low;
        line.high = high;
        line.run = run;
        line.isQuoted = line.hasQuotedName = false;
        this.#pairs = pairs;
        return (this.#knowsLine = this.scanSample(line, e + pattern.length));
      }
      if (bytes[e] !== (pairs === 0 ? OPEN_BRACE : COMMA) || pairs === MAX_SCANNED_LABELS) return false;
      const nameStart = e + 1;
      let p = nameStart;
      const first = bytes[p]!;
      if ((byteClass[first]! & LABEL_START) === 0) return false;
      do p += 1;
      while ((byteClass[bytes[p]!]! & LABEL_PART) !== 0);
      if (bytes[p] !== EQUALS || bytes[p + 1] !== QUOTE) return false;
      if (pairs > 0) {
        // Sorted, and so unique; the "=" that ends the shorter of two names counts as the lowest byte.
        let a = pairs === 1 ? line.nameEnd + 1 : start + pairEnds[pairs - 2]! + 1;
        let b = nameStart;
        while (bytes[a] === bytes[b] && b < p) {
          a += 1;
          b += 1;
        }
        if (b === p || (bytes[a] !== EQUALS && bytes[a]! > bytes[b]!)) return false;
      }
      p += 2;
      const valueStart = p;
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
        if (byte === BACKSLASH) {
          const escaped = bytes[p + 1]!;
          if (escaped !== BACKSLASH && escaped !== QUOTE && escaped !== LOWER_N) return false;
          p += 2;
          continue;
        }
        isAscii = false;
        p += 1;
      }
      if (p === valueStart || (!isAscii && !isUtf8(bytes, valueStart, p))) return false;
      p += 1;
      const watched = this.#watched[first];
      if (watched !== undefined) {
        const mask = ownershipOf(bytes, watched, nameStart, p);
        if (mask < 0) return false;
        if (mask !== 0) run = this.#runs.get(run.mask | mask);
      }
      this.#part.pair(view, nameStart, p);
      low = (low + this.#part.low) | 0;
      high = (high + this.#part.high) | 0;
      e = p;
      pairEnds[pairs] = e - start;
      pairs += 1;
      this.#lows[pairs] = low;
      this.#highs[pairs] = high;
      this.#runsAfter[pairs] = run;
    }
  }

  /**
   * Whether a value, and a timestamp if there is one, stand at `start` of `line.bytes` with one space between them and
   * a line feed after them; then the fields of `line` and {@link LineScanner.next} say where.
   */
  // oxlint-disable-next-line complexity -- hot loop, see native-free-bench/micro/scan.bench.ts
  scanSample(line: SampleLine, start: number): boolean {
    const bytes = line.bytes;
    const valueEnd = endOfValue(bytes, start);
    if (valueEnd < 0) return false;
    line.valueStart = start;
    line.valueEnd = valueEnd;
    let p = valueEnd;
    if (bytes[p] === LF) {
      line.timestampMs = Number.NaN;
    } else {
      if (bytes[p] !== SPACE) return false;
      p += 1;
      if (bytes[p + MILLISECOND_DIGITS] === LF) {
        // The usual length: four digits at a time, as numbers from 0 to 9 in each byte.
        const a = line.view.getInt32(p, true) ^ 0x30303030;
        const b = line.view.getInt32(p + 4, true) ^ 0x30303030;
        const c = line.view.getInt32(p + 8, true) ^ 0x30303030;
        const d = bytes[p + 12]! ^ 0x30;
        const excess = (a + 0x06060606) | (b + 0x06060606) | (c + 0x06060606) | (d + 6);
        if (((excess | a | b | c | d) & 0xf0f0f0f0) !== 0) return false;
        line.timestampMs = (fourDigits(a) * 10_000 + fourDigits(b)) * 100_000 + fourDigits(c) * 10 + d;
        p += MILLISECOND_DIGITS;
      } else {
        const timestampStart = p;
        let timestampMs = 0;
        for (let byte = bytes[p]!; (byte ^ 0x30) < 10; byte = bytes[++p]!)
          timestampMs = timestampMs * 10 + (byte ^ 0x30);
        if (p === timestampStart || p - timestampStart > 15 || bytes[p] !== LF) return false;
        line.timestampMs = timestampMs;
      }
    }
    line.end = p;
    this.next = p + 1;
    return true;
  }
}

/** The number that four digits make, of which the first stands in the lowest byte. */
function fourDigits(word: number): number {
  const pairs = Math.imul(word & 0x000f000f, 10) + ((word >>> 8) & 0x000f000f);
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

/** End of the number at `start`, or -1 where it has another form than those in use, or may be out of range. */
// oxlint-disable-next-line complexity -- hot loop, see native-free-bench/micro/scan.bench.ts
function endOfValue(bytes: Uint8Array, start: number): number {
  let p = start;
  let byte = bytes[p]!;
  if (byte === 0x2d) byte = bytes[++p]!;
  const digits = p;
  while ((byte ^ 0x30) < 10) byte = bytes[++p]!;
  if (p === digits) return endOfSpecialValue(bytes, start);
  if (byte === 0x2e) {
    byte = bytes[++p]!;
    while ((byte ^ 0x30) < 10) byte = bytes[++p]!;
  }
  if (byte === 0x65) {
    byte = bytes[++p]!;
    if (byte === 0x2d || byte === 0x2b) byte = bytes[++p]!;
    const exponent = p;
    while ((byte ^ 0x30) < 10) byte = bytes[++p]!;
    if (p === exponent || p - exponent > 2) return -1;
  }
  // Two digits of exponent behind this many digits stay far below the largest float.
  return p - start > MAX_SCANNED_VALUE_BYTES / 2 ? -1 : p;
}

function endOfSpecialValue(bytes: Uint8Array, start: number): number {
  const isNaNText = bytes[start] === 0x4e && bytes[start + 1] === 0x61 && bytes[start + 2] === 0x4e;
  if (isNaNText) return start + 3;
  const isSigned = bytes[start] === 0x2b || bytes[start] === 0x2d;
  const isInf = isSigned && bytes[start + 1] === 0x49 && bytes[start + 2] === 0x6e && bytes[start + 3] === 0x66;
  return isInf ? start + 4 : -1;
}

/** The bit of the pair's name if it is watched, else 0; -1 where the pair does not count as the line's own. */
function ownershipOf(bytes: Uint8Array, watched: readonly WatchedName[], start: number, end: number): number {
  for (const { name, bit, sharedPairs } of watched) {
    if (!startsWith(bytes, start, name)) continue;
    for (const shared of sharedPairs) {
      if (shared.length === end - start && startsWith(bytes, start, shared)) return -1;
    }
    return bit === 0 ? -1 : bit;
  }
  return 0;
}

function startsWith(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text[i]) return false;
  }
  return true;
}

function watchedNames(runs: ExternalRuns): (WatchedName[] | undefined)[] {
  const encoder = new TextEncoder();
  const { names, attached, replicaLabels } = runs.names;
  const shared = [...attached, ...runs.appended.filter(([name, value]) => value !== '' && !replicaLabels.has(name))];
  const byFirstByte: (WatchedName[] | undefined)[] = Array.from({ length: 256 });
  for (const name of [...names, '__name__']) {
    const prefix = encoder.encode(`${name}=`);
    const sharedPairs = shared.filter((pair) => pair[0] === name).map((pair) => encoder.encode(canonicalPair(...pair)));
    // A series has one metric name: a label of that name is left to the parser, which refuses it.
    const bit = name === '__name__' ? 0 : runs.names.maskOf([name]);
    (byFirstByte[prefix[0]!] ??= []).push({ name: prefix, bit, sharedPairs });
  }
  return byFirstByte;
}
