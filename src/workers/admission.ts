import { GatewayError } from '../model/errors.ts';

interface Waiter {
  readonly slots: number;
  readonly grant: () => void;
}

/** Slots of a pool, given to a request all together or not at all. */
export interface Admission {
  readonly capacity: number;
  /** Changes the capacity, to no less than a waiting request needs. Slots that are held stay with their holders. */
  resize(capacity: number): void;
  readonly waiting: number;
  /**
   * Resolves once `slots` slots belong to the caller, first come first served; the returned function gives them back and
   * must be called exactly once.
   * @throws GatewayError `PG_CLIENT_GONE` when `signal` fires first, `PG_OVERLOADED` when `slots` exceeds the capacity.
   */
  acquire(slots: number, signal: AbortSignal): Promise<() => void>;
}

/**
 * Tasks of one request wait for each other's credits, so a request that holds only some of the slots it needs could wait
 * for ever for a request in the same position. Hence all or none, in the order of arrival.
 */
export function createAdmission(initialCapacity: number): Admission {
  let capacity = initialCapacity;
  let free = initialCapacity;
  const queue: Waiter[] = [];

  const release = (slots: number): void => {
    free += slots;
    while (queue.length > 0 && queue[0]!.slots <= free) queue.shift()!.grant();
  };
  const grant = (slots: number): (() => void) => {
    free -= slots;
    return () => release(slots);
  };
  const wait = (slots: number, signal: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const waiter: Waiter = {
        slots,
        grant: () => {
          signal.removeEventListener('abort', leave);
          resolve(grant(slots));
        },
      };
      const leave = (): void => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(new GatewayError('PG_CLIENT_GONE', 'the client left while its request waited for worker slots'));
        release(0);
      };
      signal.addEventListener('abort', leave, { once: true });
      queue.push(waiter);
    });

  return {
    get capacity() {
      return capacity;
    },
    resize(wanted) {
      const before = capacity;
      capacity = Math.max(wanted, ...queue.map(({ slots }) => slots));
      release(capacity - before);
    },
    get waiting() {
      return queue.length;
    },
    async acquire(slots, signal) {
      if (slots > capacity) {
        throw new GatewayError('PG_OVERLOADED', `a request needs ${slots} worker slots, the pool has ${capacity}`);
      }
      if (signal.aborted) throw new GatewayError('PG_CLIENT_GONE', 'the client left before its request began');
      if (queue.length === 0 && slots <= free) return grant(slots);
      return wait(slots, signal);
    },
  };
}
