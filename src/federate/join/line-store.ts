import type { ExternalRun } from '../../exposition/text/external-run.ts';
import { WORD_SLACK_BYTES } from '../../exposition/text/scratch-buffer.ts';
import { SampleLine } from '../../exposition/text/sample-line.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { compareLines } from './compare-lines.ts';
import type { FamilyHead } from './family-head.ts';

/** Words of one line in the table of offsets. */
const STRIDE = 9;
/** About what one line costs beside its bytes. */
const LINE_OVERHEAD_BYTES = STRIDE * 4 + 8 + 8 + 8;

/**
 * Lines that are held back, sorted, and then read again. Holds its own copy of their bytes.
 */
export class LineStore {
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #used = 0;
  #offsets = new Int32Array(0);
  #timestampsMs = new Float64Array(0);
  readonly #runs: ExternalRun[] = [];
  readonly #families: FamilyHead[] = [];
  #order = new Uint32Array(0);
  #length = 0;
  readonly #a = new SampleLine();
  readonly #b = new SampleLine();

  get length(): number {
    return this.#length;
  }

  /** What the lines occupy. */
  get heldBytes(): number {
    return this.#used + this.#length * LINE_OVERHEAD_BYTES;
  }

  /** Forgets the lines, and their memory where it is more than `keepBytes`. */
  clear(keepBytes: number = 1 << 20): void {
    this.#used = this.#length = this.#runs.length = this.#families.length = 0;
    if (this.#bytes.length <= keepBytes) return;
    this.#bytes = new Uint8Array(0);
    this.#view = new DataView(this.#bytes.buffer);
    this.#offsets = new Int32Array(0);
    this.#timestampsMs = new Float64Array(0);
    this.#order = new Uint32Array(0);
  }

  add(line: SampleLine, family: FamilyHead): void {
    const keyLength = line.ownEnd - line.start;
    const valueLength = line.end - line.valueStart;
    this.#reserve(keyLength + valueLength);
    const start = this.#used;
    const valueStart = start + keyLength;
    copyWords(line.view, line.start, this.#view, { at: start, end: valueStart });
    copyWords(line.view, line.valueStart, this.#view, { at: valueStart, end: valueStart + valueLength });
    this.#used = valueStart + valueLength;
    const offsets = this.#offsets;
    const at = this.#length * STRIDE;
    offsets[at] = start;
    offsets[at + 1] = start + line.nameEnd - line.start;
    offsets[at + 2] = valueStart;
    offsets[at + 3] = valueStart + line.valueEnd - line.valueStart;
    offsets[at + 4] = this.#used;
    offsets[at + 5] = line.low;
    offsets[at + 6] = line.high;
    offsets[at + 7] = line.isQuoted ? 1 : 0;
    offsets[at + 8] = line.hasQuotedName ? 1 : 0;
    this.#timestampsMs[this.#length] = line.timestampMs;
    this.#runs.push(line.run);
    this.#families.push(family);
    this.#length += 1;
  }

  /** Makes the order of reading that of the families, then of the lines; equal lines stay in the order they came in. */
  sort(): void {
    const ranks = this.#familyRanks();
    this.#a.bytes = this.#b.bytes = this.#bytes;
    this.#a.view = this.#b.view = this.#view;
    const order = (this.#order = Uint32Array.from({ length: this.#length }, (_, i) => i));
    const compare = (x: number, y: number): number => ranks[x]! - ranks[y]! || this.#compare(x, y);
    for (let i = 1; i < order.length; i++) {
      if (compare(i - 1, i) <= 0) continue;
      order.sort(compare);
      return;
    }
  }

  /** Makes the order of reading that in which the lines came in. */
  keepOrder(): void {
    this.#order = Uint32Array.from({ length: this.#length }, (_, i) => i);
  }

  /** Describes the line at position `index` of the order of reading; valid until the store changes. */
  load(index: number, line: SampleLine): FamilyHead {
    const entry = this.#order[index]!;
    this.#read(entry, line);
    return this.#families[entry]!;
  }

  #read(entry: number, line: SampleLine): void {
    const offsets = this.#offsets;
    const at = entry * STRIDE;
    line.bytes = this.#bytes;
    line.view = this.#view;
    line.start = offsets[at]!;
    line.nameEnd = offsets[at + 1]!;
    line.ownEnd = line.valueStart = offsets[at + 2]!;
    line.valueEnd = offsets[at + 3]!;
    line.end = offsets[at + 4]!;
    line.low = offsets[at + 5]!;
    line.high = offsets[at + 6]!;
    line.isQuoted = offsets[at + 7] === 1;
    line.hasQuotedName = offsets[at + 8] === 1;
    line.timestampMs = this.#timestampsMs[entry]!;
    line.run = this.#runs[entry]!;
  }

  #compare(x: number, y: number): number {
    this.#readKey(x, this.#a);
    this.#readKey(y, this.#b);
    return compareLines(this.#a, this.#b, 0);
  }

  /** What comparing needs. */
  #readKey(entry: number, line: SampleLine): void {
    const offsets = this.#offsets;
    const at = entry * STRIDE;
    line.start = offsets[at]!;
    line.nameEnd = offsets[at + 1]!;
    line.ownEnd = offsets[at + 2]!;
    line.isQuoted = offsets[at + 7] === 1;
    line.hasQuotedName = offsets[at + 8] === 1;
    line.run = this.#runs[entry]!;
  }

  /** Of each line, the position of its family's name among all. */
  #familyRanks(): Uint32Array {
    const names = [...new Set(this.#families.map(({ name }) => name))].sort(compareUtf8);
    const rankOf = new Map(names.map((name, rank) => [name, rank]));
    return Uint32Array.from(this.#families, ({ name }) => rankOf.get(name)!);
  }

  #reserve(size: number): void {
    if (this.#used + size + WORD_SLACK_BYTES > this.#bytes.length) {
      const bytes = new Uint8Array((this.#used + size + WORD_SLACK_BYTES) * 2 + 4096);
      bytes.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    if (this.#length < this.#timestampsMs.length) return;
    const lines = this.#length * 2 + 64;
    const offsets = new Int32Array(lines * STRIDE);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
    const timestampsMs = new Float64Array(lines);
    timestampsMs.set(this.#timestampsMs);
    this.#timestampsMs = timestampsMs;
  }
}

/** Copies in words of eight, which are not allocated: up to seven bytes beyond the target range are overwritten. */
function copyWords(source: DataView, from: number, target: DataView, to: { at: number; end: number }): void {
  const { at, end } = to;
  for (let i = 0; at + i < end; i += 8) target.setBigInt64(at + i, source.getBigInt64(from + i, true), true);
}
