import type { SampleLine } from '../../exposition/text/sample-line.ts';
import type { OutgoingRun } from '../../exposition/text/external-run.ts';
import type { BlockBuffers } from '../../workers/block-buffers.ts';
import type { Segment } from '../segment.ts';
import type { FamilyHead } from './family-head.ts';

/** Words are written up to this many bytes beyond a line. */
const SLACK_BYTES = 24;

/** What was written into one set of buffers: with its buffers it makes a {@link Block}. */
export interface WrittenBlock {
  readonly buffers: BlockBuffers;
  readonly meta: { readonly segments: readonly Segment[]; readonly usedBytes: number; readonly lines: number };
  /** Whether a metric or a label name stands in quotes somewhere. */
  readonly hasQuotedNames: boolean;
}

export interface BlockWriterOptions {
  /**
   * From how many bytes on a block is worth sending although there is room left: the first one from `first` on, so that an
   * answer begins early, each further one from twice as many as the one before, up to `most`, as each costs a message.
   */
  readonly worthSending: { readonly first: number; readonly most: number };
}

/** Lines that were written elsewhere. */
export interface WrittenLines {
  readonly lines: number;
  readonly bytes: Uint8Array;
  readonly lineEnds: Uint32Array;
  /** Two words a line. */
  readonly hashes: Uint32Array;
}

const noBytes = new Uint8Array(0);

/** Buffers for blocks of `bytes` bytes and at most one line per `bytesPerLine`. */
export function allocateBlockBuffers(bytes: number, bytesPerLine = 64): BlockBuffers {
  const lines = Math.ceil(bytes / bytesPerLine);
  return {
    bytes: new ArrayBuffer(bytes),
    lineEnds: new ArrayBuffer(lines * 4),
    hashes: new ArrayBuffer(lines * 8),
  };
}

/**
 * Writes joined lines into buffers that are handed in and taken out, so that they can be transferred and recycled.
 * Without buffers it is full.
 */
export class BlockWriter {
  #bytes = noBytes;
  #view = new DataView(new ArrayBuffer(0));
  #lineEnds = new Uint32Array(0);
  #hashes = new Int32Array(0);
  #hasBuffers = false;
  #used = 0;
  #lines = 0;
  #segments: Segment[] = [];
  #family: FamilyHead | undefined;
  #segmentStart = 0;
  #segmentFirstLine = 0;
  #isCompared = false;
  #hasQuotedNames = false;
  #worthSendingBytes: number;
  readonly #mostBytes: number;

  constructor({ worthSending }: BlockWriterOptions = { worthSending: { first: 32 * 1024, most: 128 * 1024 } }) {
    this.#worthSendingBytes = worthSending.first;
    this.#mostBytes = worthSending.most;
  }

  get isEmpty(): boolean {
    return this.#lines === 0;
  }

  get isWorthSending(): boolean {
    return this.#used >= this.#worthSendingBytes;
  }

  /** Takes buffers to write into; those in use must have been taken out. */
  reset(buffers: BlockBuffers): void {
    this.#bytes = new Uint8Array(buffers.bytes);
    this.#view = new DataView(buffers.bytes);
    this.#lineEnds = new Uint32Array(buffers.lineEnds);
    this.#hashes = new Int32Array(buffers.hashes);
    this.#hasBuffers = true;
    this.#used = this.#lines = this.#segmentStart = this.#segmentFirstLine = 0;
    this.#segments = [];
    this.#hasQuotedNames = false;
    this.#family = undefined;
  }

  /** The buffers with what was written, or undefined if nothing was: then they stay in use. */
  take(): WrittenBlock | undefined {
    if (this.#lines === 0) return undefined;
    this.#closeSegment();
    const buffers = {
      bytes: this.#bytes.buffer,
      lineEnds: this.#lineEnds.buffer,
      hashes: this.#hashes.buffer,
    };
    const meta = { segments: this.#segments, usedBytes: this.#used, lines: this.#lines };
    this.#worthSendingBytes = Math.min(this.#mostBytes, this.#worthSendingBytes * 2);
    this.#hasBuffers = false;
    this.#bytes = noBytes;
    this.#lines = this.#used = 0;
    this.#family = undefined;
    return { buffers, meta, hasQuotedNames: this.#hasQuotedNames };
  }

  /**
   * Writes one line up to `end` of its value or timestamp, with `run` behind its own labels; false where it does not fit.
   * A line that is too long for empty buffers gets larger ones. Copied in words of eight, which are not allocated.
   */
  write(family: FamilyHead, line: SampleLine, run: OutgoingRun, end: number): boolean {
    const pattern = line.ownEnd === line.nameEnd && !line.hasQuotedName ? run.opening : run.following;
    const ownLength = line.ownEnd - line.start;
    const size = ownLength + pattern.length + end - line.valueStart + 1;
    if (this.#used + size + SLACK_BYTES > this.#bytes.length || this.#lines >= this.#lineEnds.length) {
      if (!this.#makeRoom(size)) return false;
    }
    if (family !== this.#family) this.#openSegment(family);
    const view = this.#view;
    let at = this.#used;
    const source = line.view;
    let from = line.start;
    const ownEnd = at + ownLength;
    while (at < ownEnd) {
      view.setBigInt64(at, source.getBigInt64(from, true), true);
      view.setBigInt64(at + 8, source.getBigInt64(from + 8, true), true);
      at += 16;
      from += 16;
    }
    at = ownEnd;
    pattern.copyTo(view, at);
    at += pattern.length;
    from = line.valueStart;
    const lineEnd = at + end - from;
    while (at < lineEnd) {
      view.setBigInt64(at, source.getBigInt64(from, true), true);
      view.setBigInt64(at + 8, source.getBigInt64(from + 8, true), true);
      at += 16;
      from += 16;
    }
    at = lineEnd;
    view.setUint8(at, 0x0a);
    this.#used = at + 1;
    const index = this.#lines;
    this.#lineEnds[index] = at + 1;
    this.#hashes[2 * index] = line.low + run.low;
    this.#hashes[2 * index + 1] = line.high + run.high;
    this.#lines = index + 1;
    if (run.isForeign) this.#isCompared = true;
    if (line.isQuoted || run.hasQuotedName) this.#hasQuotedNames = true;
    return true;
  }

  /** What can still be written, and where it would begin. */
  get room(): { readonly roomBytes: number; readonly roomLines: number; readonly base: number } {
    const roomBytes = this.#hasBuffers ? this.#bytes.length - this.#used : 0;
    return { roomBytes, roomLines: this.#lineEnds.length - this.#lines, base: this.#used };
  }

  /** Lines of a family that fit; their ends count from the beginning of the buffers. `like`: one with the same names. */
  writeMany(family: FamilyHead, like: SampleLine, { lines, bytes, lineEnds, hashes }: WrittenLines): void {
    const run = like.run.joined;
    if (family !== this.#family) this.#openSegment(family);
    this.#bytes.set(bytes, this.#used);
    this.#lineEnds.set(lineEnds, this.#lines);
    this.#hashes.set(hashes, this.#lines * 2);
    this.#used += bytes.length;
    this.#lines += lines;
    if (run.isForeign) this.#isCompared = true;
    if (like.isQuoted || run.hasQuotedName) this.#hasQuotedNames = true;
  }

  /** Whether `lines` lines of `bytes` bytes together fit now; as with {@link BlockWriter.write}, they fit when empty. */
  reserve(bytes: number, lines: number): boolean {
    const fits = this.#used + bytes + SLACK_BYTES * lines <= this.#bytes.length;
    return (fits && this.#lines + lines <= this.#lineEnds.length) || this.#makeRoom(bytes + SLACK_BYTES * lines, lines);
  }

  /** Only what can never fit gets buffers of its own. */
  #makeRoom(size: number, lines = 1): boolean {
    if (!this.#hasBuffers || this.#lines > 0) return false;
    const bytes = size + SLACK_BYTES;
    if (bytes > this.#bytes.length) {
      this.#bytes = new Uint8Array(bytes);
      this.#view = new DataView(this.#bytes.buffer);
    }
    if (lines > this.#lineEnds.length) {
      this.#lineEnds = new Uint32Array(lines);
      this.#hashes = new Int32Array(lines * 2);
    }
    return true;
  }

  #openSegment(family: FamilyHead): void {
    this.#closeSegment();
    this.#family = family;
    this.#segmentStart = this.#used;
    this.#segmentFirstLine = this.#lines;
    this.#isCompared = false;
  }

  #closeSegment(): void {
    const family = this.#family;
    if (family === undefined || this.#lines === this.#segmentFirstLine) return;
    this.#segments.push({
      family: family.name,
      type: family.type,
      start: this.#segmentStart,
      end: this.#used,
      firstLine: this.#segmentFirstLine,
      lines: this.#lines - this.#segmentFirstLine,
      compared: this.#isCompared,
    });
  }
}
