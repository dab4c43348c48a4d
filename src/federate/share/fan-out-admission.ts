import { GatewayError } from '../../model/errors.ts';
import type { Clock } from './clock.ts';

/** Places for fan-outs: a fixed number run, a fixed number wait in the order of arrival, the rest are refused. */
export interface FanOutAdmission {
  readonly running: number;
  readonly waiting: number;
  /** Changes the limits; those that run or wait go on. */
  configure(limits: FanOutLimits): void;
  /**
   * Resolves when the caller has a place; the returned function gives it back (calling it again does nothing).
   * @throws GatewayError `PG_OVERLOADED` when the queue is full or `deadlineMs` passed in it, `PG_CLIENT_GONE` when
   * `signal` fired first.
   */
  enter(deadlineMs: number, signal: AbortSignal): Promise<() => void>;
}

export interface FanOutLimits {
  /** 0 = no limit. */
  readonly maxConcurrent: number;
  /** 0 = none waits. */
  readonly maxQueued: number;
}

export interface FanOutAdmissionOptions extends FanOutLimits {
  readonly clock: Clock;
}

export function createFanOutAdmission(options: FanOutAdmissionOptions): FanOutAdmission {
  const { clock } = options;
  let limit = concurrencyOf(options);
  let { maxQueued } = options;
  const queue = new Set<() => void>();
  let running = 0;

  const take = (): (() => void) => {
    running++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      running--;
      letIn();
    };
  };
  const letIn = (): void => {
    for (const next of queue) {
      if (running >= limit) break;
      next();
    }
  };

  return {
    get running() {
      return running;
    },
    get waiting() {
      return queue.size;
    },
    configure(limits) {
      limit = concurrencyOf(limits);
      ({ maxQueued } = limits);
      letIn();
    },
    async enter(deadlineMs, signal) {
      if (signal.aborted) throw new GatewayError('PG_CLIENT_GONE', 'the client left before its request began');
      if (running < limit) return take();
      if (queue.size >= maxQueued) {
        throw overloaded(
          `max_concurrent ${limit} fan-outs run and max_queued ${maxQueued} wait already; ask again later`,
        );
      }
      return waitInQueue({ queue, clock, take, limit }, deadlineMs, signal);
    },
  };
}

interface Queue {
  /** What lets those who wait in, in the order of arrival. */
  readonly queue: Set<() => void>;
  readonly clock: Clock;
  readonly take: () => () => void;
  /** For messages. */
  readonly limit: number;
}

function waitInQueue(
  { queue, clock, take, limit }: Queue,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const startedMs = clock.now();
    const leave = (): void => {
      queue.delete(grant);
      signal.removeEventListener('abort', gone);
      cancelTimer();
    };
    const grant = (): void => {
      leave();
      resolve(take());
    };
    const gone = (): void => {
      leave();
      reject(new GatewayError('PG_CLIENT_GONE', 'the client left while its request waited for a free fan-out'));
    };
    const late = (): void => {
      leave();
      const waitedMs = Math.round(clock.now() - startedMs);
      reject(overloaded(`waited ${waitedMs} ms for one of max_concurrent ${limit} fan-outs`));
    };
    const cancelTimer = Number.isFinite(deadlineMs) ? clock.after(deadlineMs - startedMs, late) : () => {};
    queue.add(grant);
    signal.addEventListener('abort', gone, { once: true });
  });
}

function concurrencyOf({ maxConcurrent }: FanOutLimits): number {
  return maxConcurrent === 0 ? Number.POSITIVE_INFINITY : maxConcurrent;
}

function overloaded(message: string): GatewayError {
  return new GatewayError('PG_OVERLOADED', message, { details: { retryAfterSeconds: 1 } });
}
