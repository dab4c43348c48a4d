import {
  BACKSLASH,
  byteClass,
  CLOSE_BRACE,
  COMMA,
  EQUALS,
  LABEL_PART,
  LABEL_START,
  LF,
  LOWER_N,
  METRIC_PART,
  METRIC_START,
  OPEN_BRACE,
  QUOTE,
  SPACE,
  TAB,
} from './byte-class.ts';
import { endOfQuotedName, isBareLabelName, isBareMetricName } from './quoted-name.ts';
import { ScratchBuffer } from './scratch-buffer.ts';

/**
 * Writes a line that differs from the canonical form in white space, a trailing comma, missing commas or unnecessary
 * quotes (VictoriaMetrics quotes every name) in that form. Makes no strings, and does not judge what it copies: labels
 * stay in their order, values as they are. What needs more is left to {@link EntryParser}.
 */
export class LineNormalizer {
  /** After the line feed of the line normalised last. */
  next = 0;
  /** The line in canonical form, with its line feed, from offset 0; until the next call, or {@link LineNormalizer.keep}. */
  draft: ScratchBuffer = new ScratchBuffer();
  #kept = new ScratchBuffer();
  #bytes: Uint8Array = new Uint8Array(0);
  #out: Uint8Array = new Uint8Array(0);
  #p = 0;
  #o = 0;
  #hasName = false;
  /** Whether the brace has been written. */
  #isOpen = false;

  /** Whether the line at `start` could be written so; `end` is after its first line feed. */
  normalize(bytes: Uint8Array, start: number, end: number): boolean {
    const out = this.draft;
    out.reserve(end - start + 4);
    this.#bytes = bytes;
    this.#out = out.bytes;
    this.#p = start;
    this.#o = 0;
    if (!this.#head() || !this.#sample()) return false;
    this.next = this.#p;
    return true;
  }

  /** Lets the draft stay as it is until the next call of this method. */
  keep(): void {
    [this.draft, this.#kept] = [this.#kept, this.draft];
  }

  #head(): boolean {
    const bytes = this.#bytes;
    const start = this.#p;
    this.#hasName = (byteClass[bytes[start]!]! & METRIC_START) !== 0;
    if (this.#hasName) {
      while ((byteClass[bytes[this.#p]!]! & METRIC_PART) !== 0) this.#p += 1;
      this.#copy(start, this.#p);
    }
    this.#skipSpace();
    if (bytes[this.#p] !== OPEN_BRACE) return this.#hasName;
    this.#p += 1;
    return this.#inBraces();
  }

  #inBraces(): boolean {
    const bytes = this.#bytes;
    this.#isOpen = false;
    for (;;) {
      this.#skipSpace();
      if (bytes[this.#p] === CLOSE_BRACE) break;
      const start = this.#p;
      if (!this.#skipName()) return false;
      const end = this.#p;
      this.#skipSpace();
      const next = bytes[this.#p]!;
      if (bytes[start] === QUOTE && (next === COMMA || next === CLOSE_BRACE)) {
        if (!this.#putMetricName(start, end)) return false;
      } else if (!this.#hasName || next !== EQUALS || !this.#pair(start, end)) {
        return false;
      }
      if (bytes[this.#p] === COMMA) this.#p += 1;
    }
    this.#p += 1;
    if (this.#isOpen) this.#put(CLOSE_BRACE);
    return this.#hasName;
  }

  #skipName(): boolean {
    const bytes = this.#bytes;
    if (bytes[this.#p] === QUOTE) {
      const end = endOfQuotedName(bytes, this.#p);
      this.#p = end;
      return end >= 0;
    }
    if ((byteClass[bytes[this.#p]!]! & LABEL_START) === 0) return false;
    while ((byteClass[bytes[this.#p]!]! & LABEL_PART) !== 0) this.#p += 1;
    return true;
  }

  /** Of a name in quotes; false for a second one. */
  #putMetricName(start: number, end: number): boolean {
    if (this.#hasName) return false;
    const isBare = isBareMetricName(this.#bytes, start + 1, end - 1);
    this.#isOpen = !isBare;
    if (!isBare) this.#put(OPEN_BRACE);
    this.#copy(isBare ? start + 1 : start, isBare ? end - 1 : end);
    this.#hasName = true;
    return true;
  }

  /** From the equals sign on, for the label name in `bytes[start, end)`. */
  #pair(start: number, end: number): boolean {
    const isUnquoted = this.#bytes[start] === QUOTE && isBareLabelName(this.#bytes, start + 1, end - 1);
    this.#put(this.#isOpen ? COMMA : OPEN_BRACE);
    this.#isOpen = true;
    this.#copy(isUnquoted ? start + 1 : start, isUnquoted ? end - 1 : end);
    this.#put(EQUALS);
    return this.#value();
  }

  /** From the equals sign on: a value in quotes with no escapes but those that Prometheus writes, and space after it. */
  #value(): boolean {
    const bytes = this.#bytes;
    this.#p += 1;
    this.#skipSpace();
    const start = this.#p;
    if (bytes[start] !== QUOTE) return false;
    let p = start + 1;
    for (let byte = bytes[p]!; byte !== QUOTE; byte = bytes[++p]!) {
      if (byte === LF) return false;
      if (byte !== BACKSLASH) continue;
      p += 1;
      if (bytes[p] !== BACKSLASH && bytes[p] !== QUOTE && bytes[p] !== LOWER_N) return false;
    }
    this.#p = p + 1;
    this.#copy(start, p + 1);
    this.#skipSpace();
    return p > start + 1;
  }

  /** The value and, if there is one, the timestamp: what stands between white space. */
  #sample(): boolean {
    const bytes = this.#bytes;
    for (let tokens = 0; tokens < 3; tokens++) {
      this.#skipSpace();
      const start = this.#p;
      if (bytes[start] === LF) {
        this.#put(LF);
        this.#p += 1;
        return tokens > 0;
      }
      while (!isSpace(bytes[this.#p]!) && bytes[this.#p] !== LF) this.#p += 1;
      this.#put(SPACE);
      this.#copy(start, this.#p);
    }
    return false;
  }

  #skipSpace(): void {
    while (isSpace(this.#bytes[this.#p]!)) this.#p += 1;
  }

  #put(byte: number): void {
    this.#out[this.#o] = byte;
    this.#o += 1;
  }

  #copy(start: number, end: number): void {
    const bytes = this.#bytes;
    const out = this.#out;
    let o = this.#o;
    for (let p = start; p < end; p++) {
      out[o] = bytes[p]!;
      o += 1;
    }
    this.#o = o;
  }
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}
