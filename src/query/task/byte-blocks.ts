import type { BlockSender } from '../../workers/block-channel.ts';
import type { QueryBlockMeta, QueryTaskResult } from './query-task.ts';

/** Small pieces are joined up to this size. */
const joinedBytes = 128 * 1024;

/** Sends bytes through a channel, as many blocks as it takes. */
export class ByteBlocks {
  readonly #sender: BlockSender<QueryBlockMeta, QueryTaskResult>;
  readonly #status: number;

  constructor(sender: BlockSender<QueryBlockMeta, QueryTaskResult>, status: number) {
    this.#sender = sender;
    this.#status = status;
  }

  /** As one text of bytes, a block at a time. */
  async writeAll(pieces: Iterable<Uint8Array>): Promise<void> {
    let waiting: Uint8Array[] = [];
    let length = 0;
    for (const piece of pieces) {
      waiting.push(piece);
      length += piece.length;
      if (length < joinedBytes) continue;
      await this.write(Buffer.concat(waiting));
      waiting = [];
      length = 0;
    }
    await this.write(Buffer.concat(waiting));
  }

  /** Resolves when the last block is on its way, or nobody wants it any more. */
  async write(bytes: Uint8Array): Promise<void> {
    let at = 0;
    do {
      const buffers = await this.#sender.acquire();
      if (buffers === undefined) return;
      const part = bytes.subarray(at, at + buffers.bytes.byteLength);
      new Uint8Array(buffers.bytes).set(part);
      at += part.length;
      this.#sender.send(buffers, { status: this.#status, length: part.length });
    } while (at < bytes.length);
  }
}
