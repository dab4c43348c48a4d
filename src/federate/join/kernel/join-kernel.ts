import { readFileSync } from 'node:fs';
import type { BytePattern } from '../../../exposition/text/byte-pattern.ts';
import { KernelInput, type KernelMember, type KernelProgress } from './kernel-input.ts';
import { type KernelExports, type KernelLayout, layoutOf } from './kernel-layout.ts';

export interface KernelJob {
  /** Whose bytes they are: those of the same one that were copied before are not copied again. */
  readonly owner: object;
  /** The leader first. */
  readonly members: readonly KernelMember[];
  /** The leader's line before: bytes of its name, of its name and own labels, and their hash. */
  readonly nameLength: number;
  readonly ownLength: number;
  readonly low: number;
  readonly high: number;
  /** Its pairs, as of `LineScanner.describePairs`. */
  readonly pairs: Int32Array;
  /** What is put behind the own labels. */
  readonly run: { readonly following: BytePattern; readonly low: number; readonly high: number };
  /** A series whose lower hash word has no bit of this is left; undefined where none is. */
  readonly sampleMask: number | undefined;
  readonly newerThanMs: number;
  readonly notNewerThanMs: number;
  /** `Infinity` for no limit. */
  readonly maxLineBytes: number;
  readonly maxValueBytes: number;
  readonly roomBytes: number;
  readonly roomLines: number;
  /** Added to {@link KernelLines.lineEnds}. */
  readonly base: number;
}

/** Lines in the memory of the kernel: valid until it runs again. */
export interface KernelLines {
  readonly lines: number;
  readonly bytes: Uint8Array;
  readonly lineEnds: Uint32Array;
  /** Two words a line. */
  readonly hashes: Uint32Array;
  /** In the order of the job. */
  readonly members: readonly KernelProgress[];
}

const NO_LIMIT = 0x7fffffff;

/**
 * Joins lines in WebAssembly, where all members have the same ones in the usual form: sixteen bytes at a time, and without a
 * look at what the line before had as well. All else it leaves. One a thread; its memory is 576 KiB and stays.
 */
export class JoinKernel {
  readonly layout: KernelLayout;
  readonly #joinLines: () => number;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  readonly #memory: ArrayBuffer;
  readonly #input: KernelInput;

  /** @throws WebAssembly.CompileError where the machine has no vector instructions */
  constructor() {
    const module = new WebAssembly.Module(readFileSync(new URL('join-kernel.wasm', import.meta.url)));
    const exports = new WebAssembly.Instance(module).exports as unknown as KernelExports;
    this.layout = layoutOf(exports);
    this.#joinLines = exports.joinLines;
    this.#memory = exports.memory.buffer;
    this.#words = new Int32Array(this.#memory);
    this.#floats = new Float64Array(this.#memory);
    this.#input = new KernelInput(this.layout, this.#memory);
  }

  /** Undefined where not even one line could be tried, or was joined. */
  join(job: KernelJob): KernelLines | undefined {
    if (job.pairs.byteLength > this.layout.MAX_PAIRS * this.layout.ROW) return undefined;
    if (!this.#input.take(job.owner, job.members) || !this.#input.setOutgoing(job.members.length, job.run.following))
      return undefined;
    this.#setParameters(job);
    const lines = this.#joinLines();
    return lines === 0 ? undefined : this.#found(lines, job);
  }

  #setParameters(job: KernelJob): void {
    const { layout } = this;
    this.#set(layout.MEMBERS, job.members.length);
    this.#set(layout.NAME_LENGTH, job.nameLength);
    this.#set(layout.OWN_LENGTH, job.ownLength);
    this.#set(layout.LOW, job.low);
    this.#set(layout.HIGH, job.high);
    this.#set(layout.RUN_LOW, job.run.low);
    this.#set(layout.RUN_HIGH, job.run.high);
    this.#set(layout.SAMPLE_MASK, job.sampleMask ?? 0);
    this.#set(layout.IS_SAMPLED, job.sampleMask === undefined ? 0 : 1);
    this.#set(layout.MAX_LINE_BYTES, Math.min(job.maxLineBytes, NO_LIMIT));
    this.#set(layout.MAX_VALUE_BYTES, Math.min(job.maxValueBytes, NO_LIMIT));
    this.#set(layout.OUT_BASE, job.base);
    this.#set(layout.OUT_ROOM, Math.min(job.roomBytes, layout.OUTPUT_BYTES));
    this.#set(layout.LINE_ROOM, Math.min(job.roomLines, layout.MAX_LINES));
    this.#floats[(layout.PARAMETERS + layout.NEWER_THAN) / 8] = job.newerThanMs;
    this.#floats[(layout.PARAMETERS + layout.NOT_NEWER_THAN) / 8] = job.notNewerThanMs;
    this.#words.set(job.pairs, layout.TABLE / 4);
  }

  #set(parameter: number, value: number): void {
    this.#words[(this.layout.PARAMETERS + parameter) / 4] = value;
  }

  #found(lines: number, { members }: KernelJob): KernelLines {
    const { layout } = this;
    const used = this.#words[(layout.PARAMETERS + layout.OUT_USED) / 4]!;
    return {
      lines,
      bytes: new Uint8Array(this.#memory, layout.OUTPUT, used),
      lineEnds: new Uint32Array(this.#memory, layout.LINE_ENDS, lines),
      hashes: new Uint32Array(this.#memory, layout.HASHES, lines * 2),
      members: members.map((_, member) => this.#input.progress(member)),
    };
  }
}

/** Undefined where the machine has no vector instructions: then everything is joined without. */
export function createJoinKernel(): JoinKernel | undefined {
  try {
    return new JoinKernel();
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}
