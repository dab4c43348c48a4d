import { LF } from '../../../exposition/text/byte-class.ts';
import type { BytePattern } from '../../../exposition/text/byte-pattern.ts';
import type { KernelLayout } from './kernel-layout.ts';

/** The bytes of one member. */
export interface KernelMember {
  readonly bytes: Uint8Array;
  /** Where its last line begins; it ends with the line feed before `at`. */
  readonly lastStart: number;
  /** Where its next line begins. */
  readonly at: number;
  /** After the last line feed. */
  readonly limit: number;
  /** Of `at` in all of the member's body. */
  readonly position: number;
  /** What has to stand behind the own labels. */
  readonly following: BytePattern;
}

export interface KernelProgress {
  /** Bytes from the member's `at` to its last line that was joined, and to its next one. */
  readonly last: number;
  readonly next: number;
  readonly newestMs: number;
}

/** Positions in the member's body between which its bytes are in the memory of the kernel. */
interface Held {
  start: number;
  end: number;
}

/** Fewer bytes are not worth a run while there are more to be had. */
const WORTH_BYTES = 8192;

/** Brings the bytes of members into the memory of the kernel; those that are there already stay where they are. */
export class KernelInput {
  #owner: object | undefined;
  readonly #held: readonly Held[];
  readonly #patterns: (BytePattern | undefined)[];
  /** Where the members' next lines stood before the run. */
  readonly #at: number[] = [];
  readonly #layout: KernelLayout;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;

  constructor(layout: KernelLayout, memory: ArrayBuffer) {
    this.#layout = layout;
    this.#bytes = new Uint8Array(memory);
    this.#words = new Int32Array(memory);
    this.#floats = new Float64Array(memory);
    this.#held = Array.from({ length: layout.MAX_MEMBERS }, () => ({ start: 0, end: 0 }));
    this.#patterns = Array.from({ length: layout.MAX_MEMBERS + 1 });
  }

  /** False where they do not fit. */
  take(owner: object, members: readonly KernelMember[]): boolean {
    if (members.length > this.#layout.MAX_MEMBERS) return false;
    if (owner !== this.#owner) for (const held of this.#held) held.start = held.end = 0;
    this.#owner = owner;
    return members.every((member, index) => this.#takeOne(index, member));
  }

  /** False where it does not fit. */
  setOutgoing(members: number, pattern: BytePattern): boolean {
    const { PARAMETERS, OUT_PATTERN_LENGTH } = this.#layout;
    this.#words[(PARAMETERS + OUT_PATTERN_LENGTH) / 4] = pattern.length;
    return this.#setPattern(members, pattern);
  }

  /** How far the member came in the run. */
  progress(index: number): KernelProgress {
    const { AT, LAST, NEWEST } = this.#layout;
    const fields = this.#fields(index);
    const at = this.#at[index]!;
    const newestMs = this.#floats[(fields + NEWEST) / 8]!;
    return { last: this.#words[(fields + LAST) / 4]! - at, next: this.#words[(fields + AT) / 4]! - at, newestMs };
  }

  #takeOne(index: number, member: KernelMember): boolean {
    const { INPUT, INPUT_BYTES, AT, LAST, LIMIT, PATTERN_LENGTH, NEWEST, TIMESTAMP_AT } = this.#layout;
    if (!this.#setPattern(index, member.following) || !this.#hold(index, member)) return false;
    const { start, end } = this.#held[index]!;
    const input = INPUT + index * INPUT_BYTES;
    const at = input + member.position - start;
    const fields = this.#fields(index);
    this.#at[index] = at;
    this.#words[(fields + AT) / 4] = at;
    this.#words[(fields + LAST) / 4] = at - (member.at - member.lastStart);
    this.#words[(fields + LIMIT) / 4] = input + end - start;
    this.#words[(fields + PATTERN_LENGTH) / 4] = member.following.length;
    // No timestamp stands at 0, so none is taken for the one before.
    this.#words[(fields + TIMESTAMP_AT) / 4] = 0;
    this.#floats[(fields + NEWEST) / 8] = -Infinity;
    return true;
  }

  #hold(index: number, { bytes, lastStart, at, limit, position }: KernelMember): boolean {
    const { INPUT, INPUT_BYTES, SLACK_BYTES } = this.#layout;
    const held = this.#held[index]!;
    const start = position - (at - lastStart);
    const isHeld = held.start <= start && held.end > position;
    if (isHeld && (held.end - position >= WORTH_BYTES || held.end === position + limit - at)) return true;
    const capacity = INPUT_BYTES - SLACK_BYTES;
    const end = limit - lastStart <= capacity ? limit : bytes.lastIndexOf(LF, lastStart + capacity - 1) + 1;
    if (end <= at) return false;
    this.#bytes.set(bytes.subarray(lastStart, end), INPUT + index * INPUT_BYTES);
    held.start = start;
    held.end = position + end - at;
    return true;
  }

  #setPattern(index: number, pattern: BytePattern): boolean {
    const { PATTERNS, PATTERN_BYTES, SLACK_BYTES } = this.#layout;
    if (this.#patterns[index] === pattern) return true;
    if (pattern.length > PATTERN_BYTES - SLACK_BYTES) return false;
    this.#bytes.set(pattern.bytes, PATTERNS + index * PATTERN_BYTES);
    this.#patterns[index] = pattern;
    return true;
  }

  #fields(index: number): number {
    return this.#layout.MEMBER_FIELDS + index * this.#layout.MEMBER_STRIDE;
  }
}
