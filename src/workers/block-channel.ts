import type { MessagePort } from 'node:worker_threads';
import type { GatewayError } from '../model/errors.ts';
import type { BlockBuffers } from './block-buffers.ts';
import type { BufferPool } from './buffer-pool.ts';

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

type FromWorker<Meta, Result> =
  | BlockMessage<Meta>
  | EndMessage<Result>
  | { readonly kind: 'both'; readonly messages: readonly [BlockMessage<Meta>, EndMessage<Result>] };
type ToWorker = { readonly kind: 'recycle'; readonly buffers: BlockBuffers } | { readonly kind: 'abort' };

const transferables = (buffers: BlockBuffers): ArrayBuffer[] => [buffers.bytes, buffers.lineEnds, buffers.hashes];

/** The worker's end of a channel. */
export interface BlockSender<Meta, Result> {
  /** Fires when the main thread wants no more of this task. */
  readonly signal: AbortSignal;
  /**
   * Resolves to a set of buffers, its content undefined: one of the pool while the credit lasts, then one that came back.
   * Resolves to undefined once {@link BlockSender.signal} has fired.
   */
  acquire(): Promise<BlockBuffers | undefined>;
  /** Hands the buffers over; the caller must not touch them any more. */
  send(buffers: BlockBuffers, meta: Meta): void;
  /**
   * Hands over buffers of the caller's own, which do not come back, together with the end: no block may follow. One message
   * instead of three: each wakes the other thread.
   */
  sendLast(buffers: BlockBuffers, meta: Meta): void;
  /** Gives back buffers that were acquired and not sent. */
  release(buffers: BlockBuffers): void;
  /** The last message. */
  end(result: Result): void;
}

/** One for all tasks: they only look whether they are aborted. */
const unwanted = new Error('the main thread wants no more of this task');

export function createBlockSender<Meta, Result>(
  port: MessagePort,
  options: { readonly credits: number; readonly pool: BufferPool },
): BlockSender<Meta, Result> {
  const { credits, pool } = options;
  const aborted = new AbortController();
  const free: BlockBuffers[] = [];
  let unused = credits;
  let onTheWay = 0;
  let isEnded = false;
  let last: BlockMessage<Meta> | undefined;
  let wake: (() => void) | undefined;

  const closeWhenDone = (): void => {
    if (!isEnded) return;
    for (const buffers of free.splice(0)) pool.give(buffers);
    // Buffers that are still with the main thread come back here, so the port stays open for them.
    if (onTheWay === 0 || aborted.signal.aborted) port.close();
  };

  port.on('message', (message: ToWorker) => {
    if (message.kind === 'abort') {
      aborted.abort(unwanted);
    } else {
      onTheWay -= 1;
      free.push(message.buffers);
    }
    wake?.();
    closeWhenDone();
  });

  return {
    signal: aborted.signal,
    async acquire() {
      for (;;) {
        if (aborted.signal.aborted) return undefined;
        const returned = free.pop();
        if (returned !== undefined) return returned;
        if (unused > 0) {
          unused -= 1;
          return pool.take();
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    },
    send(buffers, meta) {
      const message: FromWorker<Meta, Result> = { kind: 'block', buffers, meta };
      onTheWay += 1;
      port.postMessage(message, transferables(buffers));
    },
    sendLast: (buffers, meta) => void (last = { kind: 'block', buffers, meta }),
    release: (buffers) => pool.give(buffers),
    end(result) {
      const end: EndMessage<Result> = { kind: 'end', result };
      const message: FromWorker<Meta, Result> = last === undefined ? end : { kind: 'both', messages: [last, end] };
      port.postMessage(message, last === undefined ? [] : transferables(last.buffers));
      isEnded = true;
      closeWhenDone();
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
  const arrived: (BlockMessage<Meta> | EndMessage<Result>)[] = [];
  let waiting: (() => void) | undefined;
  /** Those that do not go back. */
  let last: BlockBuffers | undefined;
  let failure: GatewayError | undefined;
  const wake = (): void => {
    waiting?.();
    waiting = undefined;
  };

  port.on('message', (message: FromWorker<Meta, Result>) => {
    if (message.kind === 'both') {
      arrived.push(...message.messages);
      last = message.messages[0].buffers;
    } else arrived.push(message);
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
    recycle(buffers) {
      if (buffers !== last) post({ kind: 'recycle', buffers }, transferables(buffers));
    },
    abort: () => post({ kind: 'abort' }),
    fail(error) {
      failure ??= error;
      port.close();
      wake();
    },
  };
}
