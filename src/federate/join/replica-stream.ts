import { EntryParser } from '../../exposition/text/entry-parser.ts';
import { HASH, LF, SPACE, TAB, UPPER_H, UPPER_T } from '../../exposition/text/byte-class.ts';
import type { ExternalRun, ExternalRuns } from '../../exposition/text/external-run.ts';
import { LineNormalizer } from '../../exposition/text/line-normalizer.ts';
import { LineRewriter } from '../../exposition/text/line-rewriter.ts';
import { LineScanner } from '../../exposition/text/line-scanner.ts';
import { invalidEntry } from '../../exposition/text/parse-error.ts';
import { SampleLine } from '../../exposition/text/sample-line.ts';
import { GatewayError } from '../../model/errors.ts';
import type { FamilyHead } from './family-head.ts';
import { StreamFamilies } from './stream-families.ts';
import { TypeLine } from '../../exposition/text/type-line.ts';
import { TextWindow } from './text-window.ts';

/** What a step of a stream brought: it owes bytes, a line, its end. */
export const NEED = 0;
export const LINE = 1;
export const END = 2;
export type StreamStep = typeof NEED | typeof LINE | typeof END;

export interface ReplicaStreamOptions {
  /** `Infinity` for no limit. */
  readonly maxLineBytes: number;
  readonly maxLabels: number;
  readonly maxLabelValueBytes: number;
}

/** Bytes of a stream that were not read, as offsets into `bytes`. */
export interface StreamAhead {
  readonly bytes: Uint8Array;
  readonly lastStart: number;
  readonly at: number;
  /** After the last line feed. */
  readonly limit: number;
  /** Of `at` in the body. */
  readonly position: number;
}

/**
 * The bytes of one replica's body as canonical lines, in the order they come in, each with its family. Chunk boundaries
 * do not matter. Lines that Prometheus itself could have written are recognised by the scanner; all others, and
 * comments, go through the parser and are rewritten.
 */
export class ReplicaStream {
  /** The line of the last step that brought one; valid until the next one that does, for comparing also just after it. */
  line: SampleLine = new SampleLine();
  /** Bytes of the line's key that are equal in the line before it, or -1 where that is not known. */
  shared: number = -1;
  /** Bytes of the body before the next entry. */
  consumed = 0;
  #spare = new SampleLine();
  #at = 0;
  #lineNumber = 1;
  #entryStart = 0;
  #entryLine = 1;
  #isEnded = false;
  readonly #families = new StreamFamilies();
  #runs!: ExternalRuns;
  /** The run of a leading line that was looked at last, and what {@link ReplicaStream.#runLike} said. */
  #leadingRun: ExternalRun | undefined;
  #followingRun: ExternalRun | undefined;
  #scanner!: LineScanner;
  /** Bytes of entries that are no samples: comments, HELP and TYPE lines, blank ones. */
  skippedBytes = 0;
  readonly #window = new TextWindow();
  readonly #typeLine = new TypeLine();
  readonly #parser: EntryParser;
  readonly #normalizer = new LineNormalizer();
  readonly #rewriter: LineRewriter;
  readonly #options: ReplicaStreamOptions;

  constructor(options: ReplicaStreamOptions) {
    this.#options = options;
    this.#parser = new EntryParser(options);
    this.#rewriter = new LineRewriter();
  }

  /** Must be called before the first step. */
  use(runs: ExternalRuns): void {
    this.#runs = runs;
    this.#scanner = new LineScanner({ runs, ...this.#options });
  }

  /** That of the line. */
  get family(): FamilyHead {
    return this.#families.current;
  }

  /** Whether a line came that no TYPE line announced. */
  get lacksTypes(): boolean {
    return this.#families.lacksTypes;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The complete lines that have arrived and were not read. Valid until the next push. */
  get unread(): Uint8Array {
    return this.#window.bytes.subarray(this.#at, Math.max(this.#at, this.#window.limit));
  }

  push(chunk: Uint8Array): void {
    const { bytes } = this.#window;
    const shift = this.#window.append(chunk, this.#keepFrom());
    this.#at -= shift;
    this.#entryStart -= shift;
    const { line } = this;
    if (line.bytes !== bytes) return;
    line.bytes = this.#window.bytes;
    line.view = this.#window.view;
    line.start -= shift;
    line.nameEnd -= shift;
    line.ownEnd -= shift;
    line.valueStart -= shift;
    line.valueEnd -= shift;
    line.end -= shift;
  }

  end(): void {
    // As Prometheus does: a missing line feed at the end is no error, one more is only a blank line.
    this.push(Uint8Array.of(LF));
    this.#isEnded = true;
  }

  /** @throws GatewayError `PG_PARSE_INVALID`, `PG_LIMIT_LINE`, `PG_LIMIT_LABELS` */
  step(): StreamStep {
    const window = this.#window;
    while (this.#at < window.limit) {
      const at = (this.#entryStart = this.#at);
      this.#entryLine = this.#lineNumber;
      const next = this.#spare;
      next.bytes = window.bytes;
      next.view = window.view;
      if (window.bytes[at] === HASH) {
        if (this.#scanType() || this.#skipComment()) continue;
      } else if (this.#scanner.scan(next, this.line, at)) {
        this.shared = this.#scanner.shared;
        this.#finishEntry(this.#scanner.sample.next, 1);
        this.#accept(next);
        return LINE;
      }
      const step = this.#parse(at);
      if (step !== undefined) return step;
    }
    this.#checkLength(window.end - this.#at);
    return this.#isEnded ? END : NEED;
  }

  /**
   * Whether the next line is `leading` (a line of another replica) but for its value and its replica labels; then it is
   * this stream's line. Comparing costs much less than scanning. `family` is that of `leading`, which must not be composite;
   * `isInFamily` says whether this stream's last line is in it too. If not, a TYPE line has to announce it.
   */
  // oxlint-disable-next-line max-lines-per-function, complexity -- hot loop, see native-free-bench/micro/join.bench.ts
  stepIfEqual(leading: SampleLine, family: FamilyHead, isInFamily: boolean): boolean {
    const window = this.#window;
    if (window.bytes[this.#at] === HASH && (this.#at >= window.limit || !this.#scanType())) return false;
    const at = this.#at;
    const ownLength = leading.ownEnd - leading.start;
    if (at + ownLength >= window.limit) return false;
    if (!this.#families.mayBeIn(family, isInFamily)) return false;
    const { view } = window;
    const leadingView = leading.view;
    const leadingStart = leading.start;
    const last = ownLength - 16;
    let q = 0;
    // Words that are only compared are not allocated.
    for (; q <= last; q += 16) {
      if (view.getBigInt64(at + q, true) !== leadingView.getBigInt64(leadingStart + q, true)) return false;
      if (view.getBigInt64(at + q + 8, true) !== leadingView.getBigInt64(leadingStart + q + 8, true)) return false;
    }
    for (; q <= last + 12; q += 4) {
      if (view.getInt32(at + q, true) !== leadingView.getInt32(leadingStart + q, true)) return false;
    }
    for (; q < ownLength; q++) {
      if (window.bytes[at + q] !== leading.bytes[leadingStart + q]) return false;
    }
    const run = leading.run === this.#leadingRun ? this.#followingRun : this.#runLike(leading.run);
    if (run === undefined) return false;
    const isBare = leading.ownEnd === leading.nameEnd && !leading.hasQuotedName;
    const pattern = isBare ? run.opening! : run.following!;
    if (!pattern.isAt(view, at + ownLength)) return false;
    const next = this.#spare;
    next.bytes = window.bytes;
    next.view = view;
    if (!this.#scanner.sample.scan(next, at + ownLength + pattern.length)) return false;
    next.start = at;
    next.nameEnd = at + leading.nameEnd - leading.start;
    next.ownEnd = at + ownLength;
    next.low = leading.low;
    next.high = leading.high;
    next.run = run;
    next.isQuoted = leading.isQuoted;
    next.hasQuotedName = leading.hasQuotedName;
    this.#scanner.forget();
    this.shared = -1;
    this.#entryStart = at;
    this.#entryLine = this.#lineNumber;
    this.#finishEntry(this.#scanner.sample.next, 1);
    this.#families.enterAnnounced();
    this.#spare = this.line;
    this.line = next;
    return true;
  }

  /**
   * What stands ready to be joined by the kernel; undefined where the last line is not in the window, where a TYPE line came
   * after it, or where nothing is there.
   */
  ahead(): StreamAhead | undefined {
    const { bytes, limit } = this.#window;
    const isPlain = this.line.bytes === bytes && !this.#families.isAnnounced && !this.#scanner.lacksInstance;
    if (!isPlain || this.#at >= limit) return undefined;
    return { bytes, lastStart: this.line.start, at: this.#at, limit, position: this.consumed };
  }

  /** See {@link LineScanner.describePairs}, of the line of the last step. */
  describePairs(rows: Int32Array): number {
    return this.#scanner.describePairs(rows);
  }

  /** The kernel has joined `lines`, of the family of the last line: the last one `last` bytes from here, the next one `next`. */
  skip(lines: number, { last, next }: { readonly last: number; readonly next: number }): void {
    const { bytes, view } = this.#window;
    const line = this.#spare;
    line.bytes = bytes;
    line.view = view;
    this.#scanner.forget();
    if (!this.#scanner.scan(line, this.line, this.#at + last))
      throw new Error('the kernel joined a line of another form');
    this.#spare = this.line;
    this.line = line;
    this.shared = -1;
    this.consumed += next;
    this.#entryStart = this.#at + last;
    this.#at += next;
    this.#lineNumber += lines;
    this.#entryLine = this.#lineNumber - 1;
  }

  /** The run that this replica appends where another one has appended `leading`; undefined where lines have to be scanned. */
  #runLike(leading: ExternalRun): ExternalRun | undefined {
    const runs = this.#runs;
    this.#leadingRun = leading;
    // A label that is the leading line's own may be this replica's external one.
    const run = leading.ownsReplicaLabel || !runs.names.canMask ? undefined : runs.get(leading.mask);
    this.#followingRun = run?.joined === leading.joined ? run : undefined;
    return this.#followingRun;
  }

  /** Makes the last line the next one again. */
  rewind(): void {
    this.consumed -= this.#at - this.#entryStart;
    this.#at = this.#entryStart;
    this.#lineNumber = this.#entryLine;
    this.#families.announceAgain();
    this.#scanner.forget();
  }

  /** Undefined where the entry was no sample. */
  #parse(at: number): StreamStep | undefined {
    const window = this.#window;
    const lineEnd = window.bytes.indexOf(LF, at);
    this.#checkLength(lineEnd - at);
    if (this.#normalize(at, lineEnd + 1)) return LINE;
    const parser = this.#parser;
    const kind = parser.parse(window.bytes, at, window.limit, this.#entryLine);
    if (kind === 'incomplete') return this.#incomplete();
    let lines = 0;
    for (let p = at; p < parser.end; p++) if (window.bytes[p] === LF) lines += 1;
    this.#finishEntry(parser.end, lines);
    if (kind === 'type') this.#families.announce({ name: parser.name, type: parser.type });
    if (kind !== 'sample') {
      this.skippedBytes += parser.end - at;
      return undefined;
    }
    const next = this.#spare;
    const reason = this.#rewriter.rewrite(parser, window.bytes, { line: next, runs: this.#runs });
    if (reason !== undefined) throw this.#invalid(at, reason);
    this.#scanner.forget();
    this.#scanner.lacksInstance ||= this.#rewriter.lacksInstance;
    this.shared = -1;
    this.#accept(next);
    return LINE;
  }

  /** Whether the line at `at` is one of those that differ from the canonical form in their surface only. */
  #normalize(at: number, end: number): boolean {
    const normalizer = this.#normalizer;
    if (!normalizer.normalize(this.#window.bytes, at, end)) return false;
    const next = this.#spare;
    next.bytes = normalizer.draft.bytes;
    next.view = normalizer.draft.view;
    this.#scanner.forget();
    if (!this.#scanner.scan(next, this.line, 0)) return false;
    normalizer.keep();
    this.#scanner.forget();
    this.shared = -1;
    this.#finishEntry(normalizer.next, 1);
    this.#accept(next);
    return true;
  }

  /** Whether the next entry is a TYPE line in the usual form; then it has been read. */
  #scanType(): boolean {
    const { bytes, view } = this.#window;
    const line = this.#typeLine;
    if (!line.scan(bytes, view, this.#at)) return false;
    this.#entryStart = this.#at;
    this.#entryLine = this.#lineNumber;
    this.skippedBytes += line.next - this.#at;
    this.#finishEntry(line.next, 1);
    const name = latin1(bytes, line.nameStart, line.nameEnd);
    this.#families.announce({ name, type: line.type });
    return true;
  }

  /** Whether the next entry is a comment that could be nothing else; then it has been skipped. */
  #skipComment(): boolean {
    const { bytes } = this.#window;
    const at = (this.#entryStart = this.#at);
    this.#entryLine = this.#lineNumber;
    const isSpaced = bytes[at + 1] === SPACE;
    const first = bytes[isSpaced ? at + 2 : at + 1]!;
    if (first === SPACE || first === TAB || (isSpaced && (first === UPPER_H || first === UPPER_T))) return false;
    let end = at + 1;
    while (bytes[end] !== LF) end += 1;
    this.skippedBytes += end + 1 - at;
    this.#finishEntry(end + 1, 1);
    return true;
  }

  #incomplete(): StreamStep {
    if (this.#isEnded) throw this.#invalid(this.#window.limit - 1, 'a label value that does not end');
    this.#checkLength(this.#window.end - this.#entryStart);
    return NEED;
  }

  #accept(next: SampleLine): void {
    this.#families.enter(next, this.line, this.shared);
    this.#spare = this.line;
    this.line = next;
  }

  #finishEntry(end: number, lines: number): void {
    this.#checkLength(end - 1 - this.#entryStart);
    this.consumed += end - this.#entryStart;
    this.#at = end;
    this.#lineNumber += lines;
  }

  #checkLength(length: number): void {
    const { maxLineBytes } = this.#options;
    if (length <= maxLineBytes) return;
    throw new GatewayError(
      'PG_LIMIT_LINE',
      `line ${this.#lineNumber}: ${length} bytes or more in one line exceed max_line_bytes ${maxLineBytes}`,
      { details: { line: this.#lineNumber, limit: maxLineBytes } },
    );
  }

  #invalid(at: number, reason: string): GatewayError {
    const { bytes, limit } = this.#window;
    return invalidEntry({ bytes, start: this.#entryStart, at, limit, line: this.#entryLine }, reason);
  }

  #keepFrom(): number {
    const keepFrom = Math.min(this.#at, this.#entryStart);
    return this.line.bytes === this.#window.bytes ? Math.min(keepFrom, this.line.start) : keepFrom;
  }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, start, end - start).toString('latin1');
}
