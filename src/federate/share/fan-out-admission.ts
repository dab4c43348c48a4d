import { GatewayError } from '../../model/errors.ts';
import type { Clock } from './clock.ts';

/** Places for fan-outs: a fixed number run, a fixed number wait in the order of arrival, the rest are refused. */
export interface FanOutAdmission {
  readonly running: number;
  readonly waiting: number;
  /**
   * Resolves when the caller has a place; the returned function gives it back (calling it again does nothing).
   * @throws GatewayError `PG_OVERLOADED` when the queue is full or `deadlineMs` passed in it, `PG_CLIENT_GONE` when
   * `signal` fired first.
   */
  enter(deadlineMs: number, signal: AbortSignal): Promise<() => void>;
}

export interface FanOutAdmissionOptions {
  /** 0 = no limit. */
  readonly maxConcurrent: number;
  /** 0 = none waits. */
  readonly maxQueued: number;
  readonly clock: Clock;
}

export function createFanOutAdmission(options: FanOutAdmissionOptions): FanOutAdmission {
  const { maxConcurrent, maxQueued, clock } = options;
  const limit = maxConcurrent === 0 ? Number.POSITIVE_INFINITY : maxConcurrent;
  const queue = new Set<() => void>();
  let running = 0;

  const take = (): (() => void) => {
    running++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      running--;
      const [next] = queue;
      next?.();
    };
  };

  const wait = (deadlineMs: number, signal: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
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

  return {
    get running() {
      return running;
    },
    get waiting() {
      return queue.size;
    },
    async enter(deadlineMs, signal) {
      if (signal.aborted) throw new GatewayError('PG_CLIENT_GONE', 'the client left before its request began');
      if (running < limit) return take();
      if (queue.size >= maxQueued) {
        throw overloaded(
          `max_concurrent ${limit} fan-outs run and max_queued ${maxQueued} wait already; ask again later`,
        );
      }
      return wait(deadlineMs, signal);
    },
  };
}

function overloaded(message: string): GatewayError {
  return new GatewayError('PG_OVERLOADED', message, { details: { retryAfterSeconds: 1 } });
}
