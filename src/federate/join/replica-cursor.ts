import { byteClass, LABEL_PART } from '../../exposition/text/byte-class.ts';
import type { ExternalRuns } from '../../exposition/text/external-run.ts';
import { SampleLine } from '../../exposition/text/sample-line.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { GatewayError } from '../../model/errors.ts';
import type { ReplicaOrder } from '../../topology/shard-view.ts';
import { compareLines } from './compare-lines.ts';
import { type FamilyHead, isComposite, noFamily, widens } from './family-head.ts';
import type { KernelProgress } from './kernel/kernel-input.ts';
import { LineStore } from './line-store.ts';
import { END, LINE, NEED, ReplicaStream, type ReplicaStreamOptions, type StreamStep } from './replica-stream.ts';

/** How far a replica whose order is not known is read before anything of it is given out. */
const LOOKAHEAD_BYTES: number = 256 * 1024;

export interface ReplicaCursorOptions extends ReplicaStreamOptions {
  readonly order: ReplicaOrder;
  readonly maxBufferedBytes: number;
}

/** A family comes after a later one: {@link ReplicaCursor.holdRest}, or do without the replica. */
export const STUCK = 3;
export type Step = StreamStep | typeof STUCK;

/** How the next line is found. */
type Mode =
  | 'stream' // straight from the bytes
  | 'family' // holding back the rest of one family
  | 'body' // holding back what is to come, all of it or until the order is trusted
  | 'replay'; // from what was held back

/**
 * The lines of one replica in the order of the join: families by name, lines inside by {@link compareLines}, each series
 * once. What does not come in that order is held back and sorted: a family from the line on that is out of order, or
 * the whole body.
 */
export class ReplicaCursor {
  /** The line at the cursor; it stays, for comparing, until the next step that brings one. */
  line: SampleLine = new SampleLine();
  family: FamilyHead = noFamily;
  /** Whether `line` was not yet taken. */
  hasLine = false;
  /** Whether lines of the family at the cursor were given out before and others of it came later. */
  isRepeating = false;
  /** Whether families may come that lie behind those given out. */
  isLate = false;
  /** Why the cursor is {@link STUCK}. */
  disorder: GatewayError | undefined;
  order: ReplicaOrder;
  series = 0;
  duplicates = 0;
  newestSampleMs: number = -Infinity;
  readonly stream: ReplicaStream;
  /** A family of another cursor that has the name of the one at this cursor. */
  #followed: FamilyHead | undefined;
  #mode: Mode;
  /** Where a replay goes on when it is through. */
  #after: 'stream' | 'end' = 'stream';
  #hasPrevious = false;
  #lookahead: boolean;
  #isOrdered = true;
  #replayed = 0;
  #spare = new SampleLine();
  readonly #store = new LineStore();
  readonly #options: ReplicaCursorOptions;

  constructor(options: ReplicaCursorOptions) {
    this.#options = options;
    this.stream = new ReplicaStream(options);
    this.#mode = options.order === 'sorted' ? 'stream' : 'body';
    this.#lookahead = options.order !== 'unsorted';
    this.order = options.order;
  }

  /** `holdBack`: the order of the lines says nothing about that of the join. */
  use(runs: ExternalRuns, { holdBack }: { readonly holdBack: boolean }): void {
    this.stream.use(runs);
    if (!holdBack) return;
    this.#mode = 'body';
    this.#lookahead = false;
  }

  /** Whether {@link ReplicaCursor.stepIfEqual} may be used with this cursor on either side. */
  get isStreaming(): boolean {
    return this.#mode === 'stream';
  }

  /** @throws GatewayError for lines that are no exposition, and over a limit */
  step(): Step {
    switch (this.#mode) {
      case 'stream':
        return this.#stream();
      case 'family':
        return this.#holdFamily();
      case 'body':
        return this.#holdBody();
      case 'replay':
        return this.#replay();
    }
  }

  /** See {@link ReplicaStream.stepIfEqual}; both cursors must be streaming. */
  stepIfEqual(leading: ReplicaCursor): boolean {
    const { stream } = this;
    const { family } = leading;
    if (family !== this.#followed) {
      const order = this.#hasPrevious ? compareUtf8(this.family.name, family.name) : -1;
      if (order > 0 || isComposite(family)) return false;
      if (order === 0) this.#followed = family;
    }
    if (!stream.stepIfEqual(leading.line, family, family === this.#followed)) return false;
    if (stream.family !== this.family) {
      this.family = stream.family;
      this.isRepeating = false;
    }
    this.#followed = family;
    this.#accept(stream.line);
    return true;
  }

  /** Whether the next line is the next one of the stream, and none that was given out. */
  get isSteady(): boolean {
    return this.#mode === 'stream' && !this.isRepeating && !this.isLate && this.disorder === undefined;
  }

  /** The kernel has joined `lines`; the cursor is now after the last one of them. See {@link ReplicaStream.skip}. */
  skip(lines: number, progress: KernelProgress): void {
    this.stream.skip(lines, progress);
    this.line = this.stream.line;
    this.series += lines;
    if (progress.newestMs > this.newestSampleMs) this.newestSampleMs = progress.newestMs;
  }

  #stream(): Step {
    const { stream } = this;
    for (;;) {
      const previous = this.line;
      const step = stream.step();
      if (step !== LINE) return this.#ended(step);
      const next = stream.line;
      if (stream.family !== this.family) return this.#enter(stream.family);
      const order = this.#hasPrevious ? this.#order(previous, next) : -1;
      if (order < 0) {
        this.#accept(next);
        return LINE;
      }
      this.line = next;
      if (order > 0) {
        this.order = 'unsorted';
        return this.#startFamily();
      }
      this.duplicates += 1;
    }
  }

  /**
   * As {@link compareLines}, from where the scanner has found them to differ. Most do in a letter or a digit, which do not
   * differ inside an escape.
   */
  #order(previous: SampleLine, next: SampleLine): number {
    const { shared } = this.stream;
    const { bytes } = next;
    if (shared <= 0 || previous.bytes !== bytes) return compareLines(previous, next, 0);
    const a = previous.start + shared;
    const b = next.start + shared;
    if (a < previous.ownEnd && b < next.ownEnd) {
      const x = bytes[a]!;
      const y = bytes[b]!;
      if ((byteClass[x]! & byteClass[y]! & LABEL_PART) !== 0) return x - y;
    }
    return compareLines(previous, next, shared);
  }

  #enter(family: FamilyHead): Step {
    const isDescent = this.#hasPrevious && compareUtf8(family.name, this.family.name) < 0;
    if (isDescent) return this.#descend(family);
    this.isRepeating = false;
    this.#followed = undefined;
    this.family = family;
    if (isComposite(family)) return this.#startFamily();
    this.#accept(this.stream.line);
    return LINE;
  }

  /** Goes on from {@link STUCK}: all that is to come is held back and sorted. */
  holdRest(): void {
    this.disorder = undefined;
    this.isLate = true;
    this.#lookahead = false;
    this.#mode = 'body';
    this.#store.clear();
    this.#hold();
  }

  #descend(family: FamilyHead): Step {
    const [name, after] = [family.name, this.family.name];
    this.order = 'unsorted';
    this.disorder = new GatewayError(
      'PG_PARSE_INVALID',
      `metric family ${JSON.stringify(name)} comes after ${JSON.stringify(after)}: this replica was taken for sorted, and will be read as unsorted from the next request on`,
      { details: { family: name, after } },
    );
    return STUCK;
  }

  /** Holds back the stream's line and what is to come of its family. */
  #startFamily(): Step {
    this.#mode = 'family';
    this.#store.clear();
    this.#hold();
    return this.step();
  }

  #holdFamily(): Step {
    const { stream } = this;
    for (;;) {
      const step = stream.step();
      if (step === NEED) return NEED;
      if (step === END) return this.#startReplay('end');
      if (stream.family !== this.family) {
        stream.rewind();
        return this.#startReplay('stream');
      }
      this.#hold();
    }
  }

  #holdBody(): Step {
    const { stream } = this;
    for (;;) {
      const previous = stream.line;
      const familyBefore = stream.family;
      const step = stream.step();
      if (step === NEED) return NEED;
      if (step === END) return this.#startReplay('end');
      if (this.#isOrdered) this.#observe(previous, familyBefore);
      this.#hold();
      const isTrusted = this.#lookahead && this.#isOrdered;
      if (isTrusted && stream.consumed >= LOOKAHEAD_BYTES) return this.#startReplay('stream');
    }
  }

  #observe(previous: SampleLine, familyBefore: FamilyHead): void {
    const { stream } = this;
    if (stream.lacksTypes) this.#isOrdered = false;
    else if (stream.family !== familyBefore) {
      this.#isOrdered = familyBefore.name === '' || compareUtf8(familyBefore.name, stream.family.name) <= 0;
    } else if (!isComposite(stream.family)) {
      this.#isOrdered = compareLines(previous, stream.line, 0) <= 0;
    }
    if (!this.#isOrdered) this.order = 'unsorted';
  }

  #hold(): void {
    this.#store.add(this.stream.line, this.stream.family);
    const { maxBufferedBytes } = this.#options;
    if (this.#store.heldBytes <= maxBufferedBytes) return;
    throw new GatewayError(
      'PG_LIMIT_BUFFER',
      `lines that have to be sorted need ${this.#store.heldBytes} bytes, more than max_buffered_bytes ${maxBufferedBytes}`,
      { details: { limit: maxBufferedBytes, family: this.stream.family.name } },
    );
  }

  #startReplay(after: 'stream' | 'end'): Step {
    this.isRepeating = this.#mode === 'family';
    this.#store.sort();
    this.#mode = 'replay';
    this.#after = after;
    this.#replayed = 0;
    return this.#replay();
  }

  #replay(): Step {
    const store = this.#store;
    while (this.#replayed < store.length) {
      const next = this.#spare;
      const family = store.load(this.#replayed, next);
      const isFirst = this.#replayed === 0;
      this.#replayed += 1;
      if (!isFirst && family.name === this.family.name && compareLines(this.line, next, 0) === 0) {
        this.duplicates += 1;
        continue;
      }
      if (isFirst || family.name !== this.family.name || widens(family, this.family)) this.family = family;
      if (!isFirst) this.#spare = this.line;
      else this.#spare = new SampleLine();
      this.#accept(next);
      return LINE;
    }
    store.clear();
    if (this.#after === 'end') return this.#ended(END);
    this.#mode = 'stream';
    // The line that ended the family has been read, but not the family that it belongs to.
    return this.#stream();
  }

  #accept(line: SampleLine): void {
    this.line = line;
    this.hasLine = this.#hasPrevious = true;
    this.series += 1;
    if (line.timestampMs > this.newestSampleMs) this.newestSampleMs = line.timestampMs;
  }

  #ended(step: typeof NEED | typeof END): Step {
    if (step === END && this.#isProven()) this.order = 'sorted';
    return step;
  }

  /** A body without TYPE lines, of a server that sorts nothing, may still happen to be in order. */
  #isProven(): boolean {
    return this.order === 'unknown' && this.series > 0 && !this.stream.lacksTypes && this.#isOrdered;
  }
}
