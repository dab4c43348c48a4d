import type { BlockWriter } from './block-writer.ts';
import type { GroupOutput } from './group-output.ts';
import type { JoinMember } from './join-member.ts';
import type { JoinKernel, KernelJob } from './kernel/join-kernel.ts';
import type { KernelMember } from './kernel/kernel-input.ts';

/** So many lines at most are joined one by one after the kernel could not go on. */
const MAX_PAUSE = 64;

export interface UnanimousLinesOptions {
  readonly kernel: JoinKernel | undefined;
  readonly output: GroupOutput;
  /** `Infinity` for no limit. */
  readonly maxLineBytes: number;
  readonly maxLabelValueBytes: number;
}

/**
 * Joins the lines that all running members have next, many at once, as far as the kernel can: those of a family that just
 * passes. The result is that of joining them one by one.
 */
export class UnanimousLines {
  readonly #options: UnanimousLinesOptions;
  readonly #rows: Int32Array;
  readonly #rowWords: number;
  /** Stands for this join where the kernel remembers whose bytes it holds, and keeps nothing of it alive. */
  readonly #owner = {};
  /** Lines to wait for before the next try: it doubles with each one in vain. */
  #pause = 0;
  #waiting = 0;

  constructor(options: UnanimousLinesOptions) {
    this.#options = options;
    const { MAX_PAIRS, ROW } = options.kernel?.layout ?? { MAX_PAIRS: 0, ROW: 0 };
    this.#rowWords = ROW / 4;
    this.#rows = new Int32Array(MAX_PAIRS * this.#rowWords);
  }

  /**
   * To be called when all of `members` (the leader first) have given their line at the same series and stand before the
   * next one. Returns how many were joined.
   */
  join(out: BlockWriter, members: readonly JoinMember[]): number {
    const { kernel } = this.#options;
    if (kernel === undefined || this.#waiting-- > 0) return 0;
    const lines = this.#options.output.mayGiveMany ? this.#join(kernel, out, members) : 0;
    this.#pause = lines > 0 ? 0 : Math.min(MAX_PAUSE, this.#pause * 2 + 1);
    this.#waiting = this.#pause;
    return lines;
  }

  #join(kernel: JoinKernel, out: BlockWriter, members: readonly JoinMember[]): number {
    const job = this.#job(out, members);
    const found = job === undefined ? undefined : kernel.join(job);
    if (found === undefined) return 0;
    this.#options.output.giveMany(out, members[0]!.cursor.line, found);
    for (const [index, member] of members.entries()) member.cursor.skip(found.lines, found.members[index]!);
    return found.lines;
  }

  #job(out: BlockWriter, members: readonly JoinMember[]): KernelJob | undefined {
    const { output, maxLineBytes, maxLabelValueBytes } = this.#options;
    const { line, stream } = members[0]!.cursor;
    const sources = members.map((member) => sourceOf(member, members[0]!));
    const pairs = stream.describePairs(this.#rows);
    if (pairs <= 0 || !areAll(sources)) return undefined;
    return {
      owner: this.#owner,
      members: sources,
      nameLength: line.nameEnd - line.start,
      ownLength: line.ownEnd - line.start,
      low: line.low,
      high: line.high,
      pairs: this.#rows.subarray(0, pairs * this.#rowWords),
      run: line.run.joined,
      sampleMask: members.length > 1 ? output.sampleMask : undefined,
      ...output.thresholds,
      maxLineBytes,
      maxValueBytes: maxLabelValueBytes,
      ...out.room,
    };
  }
}

/** Undefined where the member's lines have to be looked at one by one. */
function sourceOf({ cursor, isCatchingUp }: JoinMember, leader: JoinMember): KernelMember | undefined {
  const { run } = cursor.line;
  const { following } = run;
  const isLikeLeader = run.joined === leader.cursor.line.run.joined && run.mask === leader.cursor.line.run.mask;
  if (isCatchingUp || !cursor.isSteady || following === undefined || !isLikeLeader) return undefined;
  const ahead = cursor.stream.ahead();
  return ahead === undefined ? undefined : { ...ahead, following };
}

function areAll<T>(all: readonly (T | undefined)[]): all is readonly T[] {
  return !all.includes(undefined);
}
