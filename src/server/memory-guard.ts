import { GatewayError } from '../model/errors.ts';

export interface MemoryGuardOptions {
  /** May change. */
  readonly maxBytes: () => number;
  /** Resident memory of the process, bytes. */
  readonly residentBytes: () => number;
  /** Monotonic, ms. */
  readonly clock: () => number;
  readonly onRefused: () => void;
}

/** Asking the system costs more than a small request. */
const askEveryMs = 250;

/**
 * Refuses new work while the process holds more memory than it may: what is under way goes on and gives its memory back.
 * @throws GatewayError `PG_OVERLOADED`
 */
export function createMemoryGuard({ maxBytes, residentBytes, clock, onRefused }: MemoryGuardOptions): () => void {
  let heldBytes = 0;
  let askedMs = -Infinity;
  return () => {
    const nowMs = clock();
    if (nowMs - askedMs >= askEveryMs) {
      askedMs = nowMs;
      heldBytes = residentBytes();
    }
    const limit = maxBytes();
    if (heldBytes <= limit) return;
    onRefused();
    const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
    const reason = `resident memory ${megabytes(heldBytes)} MB is over global.max_memory ${megabytes(limit)} MB`;
    throw new GatewayError('PG_OVERLOADED', `${reason}: try again later`);
  };
}
