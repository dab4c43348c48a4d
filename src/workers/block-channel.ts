import type { MessagePort } from 'node:worker_threads';
import type { GatewayError } from '../model/errors.ts';

/** The buffers behind one block; they travel to the main thread and come back, and are never copied on the way. */
export interface BlockBuffers {
  readonly bytes: ArrayBuffer;
  readonly lineEnds: ArrayBuffer;
  readonly hashes: ArrayBuffer;
}

/** One filled set of buffers with what describes its content. */
interface BlockMessage<Meta> {
  readonly kind: 'block';
  readonly buffers: BlockBuffers;
  readonly meta: Meta;
}

interface EndMessage<Result> {
  readonly kind: 'end';
  readonly result: Result;
}

type FromWorker<Meta, Result> = BlockMessage<Meta> | EndMessage<Result>;
type ToWorker = { readonly kind: 'recycle'; readonly buffers: BlockBuffers } | { readonly kind: 'abort' };

const transferables = (buffers: BlockBuffers): ArrayBuffer[] => [buffers.bytes, buffers.lineEnds, buffers.hashes];

/** The worker's end of a channel. */
export interface BlockSender<Meta, Result> {
  /** Fires when the main thread wants no more of this task. */
  readonly signal: AbortSignal;
  /**
   * Resolves to an empty set of buffers: a new one while the credit lasts, then one that came back.
   * Resolves to undefined once {@link BlockSender.signal} has fired.
   */
  acquire(): Promise<BlockBuffers | undefined>;
  /** Hands the buffers over; the caller must not touch them any more. */
  send(buffers: BlockBuffers, meta: Meta): void;
  /** The last message. */
  end(result: Result): void;
}

export function createBlockSender<Meta, Result>(
  port: MessagePort,
  options: { readonly credits: number; readonly allocate: () => BlockBuffers },
): BlockSender<Meta, Result> {
  const aborted = new AbortController();
  const recycled: BlockBuffers[] = [];
  let unused = options.credits;
  let wake: (() => void) | undefined;

  port.on('message', (message: ToWorker) => {
    if (message.kind === 'abort') aborted.abort();
    else recycled.push(message.buffers);
    wake?.();
  });

  return {
    signal: aborted.signal,
    async acquire() {
      for (;;) {
        if (aborted.signal.aborted) return undefined;
        const returned = recycled.pop();
        if (returned !== undefined) return returned;
        if (unused > 0) {
          unused -= 1;
          return options.allocate();
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    },
    send(buffers, meta) {
      const message: FromWorker<Meta, Result> = { kind: 'block', buffers, meta };
      port.postMessage(message, transferables(buffers));
    },
    end(result) {
      const message: FromWorker<Meta, Result> = { kind: 'end', result };
      port.postMessage(message);
      port.close();
    },
  };
}

/** The main thread's end of a channel. */
export interface BlockReceiver<Meta, Result> {
  /** Resolves to the next block in order, or to the task's result after the last one. One call at a time. */
  next(): Promise<BlockMessage<Meta> | { readonly kind: 'end'; readonly result: Result }>;
  /** Gives the buffers of a consumed block back to the worker, which is also its credit for another one. */
  recycle(buffers: BlockBuffers): void;
  /** Tells the worker to stop; blocks that still arrive are dropped. */
  abort(): void;
  /** Makes `next` reject, now or once the blocks that have arrived are consumed: the worker is gone. */
  fail(error: GatewayError): void;
}

export function createBlockReceiver<Meta, Result>(port: MessagePort): BlockReceiver<Meta, Result> {
  const arrived: FromWorker<Meta, Result>[] = [];
  let waiting: (() => void) | undefined;
  let failure: GatewayError | undefined;
  const wake = (): void => {
    waiting?.();
    waiting = undefined;
  };

  port.on('message', (message: FromWorker<Meta, Result>) => {
    arrived.push(message);
    wake();
  });
  const post = (message: ToWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

  return {
    async next() {
      for (;;) {
        const message = arrived.shift();
        if (message !== undefined) return message;
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
      }
    },
    recycle: (buffers) => post({ kind: 'recycle', buffers }, transferables(buffers)),
    abort: () => post({ kind: 'abort' }),
    fail(error) {
      failure ??= error;
      port.close();
      wake();
    },
  };
}
