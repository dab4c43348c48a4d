import type { BlockBuffers } from '../../workers/block-buffers.ts';
import type { BlockSender } from '../../workers/block-channel.ts';
import type { QueryBlockMeta, QueryTaskResult } from './query-task.ts';

/** Bytes of one block of an answer. */
const ANSWER_BLOCK_BYTES: number = 128 * 1024;

/** The last block of an answer is copied where it is no longer, so that its buffers need not come back. */
const MAX_COPIED_BYTES = 16 * 1024;

/** A set of buffers for answers, of which only the bytes are used. */
export function allocateAnswerBuffers(): BlockBuffers {
  return { bytes: new ArrayBuffer(ANSWER_BLOCK_BYTES), lineEnds: new ArrayBuffer(0), hashes: new ArrayBuffer(0) };
}

/** Writes text as UTF-8 into the blocks of a channel; at most one block is held. */
export class TextBlocks {
  readonly #sender: BlockSender<QueryBlockMeta, QueryTaskResult>;
  readonly #status: number;
  readonly #encoder = new TextEncoder();
  #buffers: BlockBuffers | undefined;
  #length = 0;
  #pieces: string[] = [];
  #characters = 0;

  constructor(sender: BlockSender<QueryBlockMeta, QueryTaskResult>, status: number) {
    this.#sender = sender;
    this.#status = status;
  }

  /** Resolves to false when nobody wants the rest. */
  async write(text: string): Promise<boolean> {
    this.#pieces.push(text);
    this.#characters += text.length;
    return this.#characters < ANSWER_BLOCK_BYTES / 4 || this.#flushText();
  }

  async end(): Promise<boolean> {
    const isWanted = await this.#flushText();
    if (isWanted && this.#length > 0) this.#sendLast();
    return isWanted;
  }

  async #flushText(): Promise<boolean> {
    let text = this.#pieces.join('');
    this.#pieces = [];
    this.#characters = 0;
    while (text.length > 0) {
      this.#buffers ??= await this.#sender.acquire();
      if (this.#buffers === undefined) return false;
      const room = new Uint8Array(this.#buffers.bytes, this.#length);
      const { read, written } = this.#encoder.encodeInto(text, room);
      this.#length += written;
      text = text.slice(read);
      // What does not fit whole goes into the next block.
      if (text.length > 0) this.#send();
    }
    return true;
  }

  #sendLast(): void {
    if (this.#length > MAX_COPIED_BYTES) {
      this.#send();
      return;
    }
    const { bytes, lineEnds, hashes } = this.#buffers!;
    this.#sender.sendLast(
      { bytes: bytes.slice(0, this.#length), lineEnds: lineEnds.slice(0), hashes: hashes.slice(0) },
      { status: this.#status, length: this.#length },
    );
    this.#sender.release(this.#buffers!);
    this.#buffers = undefined;
    this.#length = 0;
  }

  #send(): void {
    this.#sender.send(this.#buffers!, { status: this.#status, length: this.#length });
    this.#buffers = undefined;
    this.#length = 0;
  }
}
