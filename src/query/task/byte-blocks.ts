import type { BlockSender } from '../../workers/block-channel.ts';
import type { QueryBlockMeta, QueryTaskResult } from './query-task.ts';

/** Sends bytes through a channel, as many blocks as it takes. */
export class ByteBlocks {
  readonly #sender: BlockSender<QueryBlockMeta, QueryTaskResult>;
  readonly #status: number;

  constructor(sender: BlockSender<QueryBlockMeta, QueryTaskResult>, status: number) {
    this.#sender = sender;
    this.#status = status;
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
