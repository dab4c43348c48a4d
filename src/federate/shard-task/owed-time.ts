import type { ReplicaRead } from './replica-read.ts';

interface Debt {
  ms: number;
  /** Of the read when it began to owe. */
  readonly bytesBefore: number;
}

/**
 * How long replicas have kept siblings waiting since they last sent enough: a replica that sends a few bytes now and then
 * costs no more than one that sends nothing.
 */
export class OwedTime {
  readonly #minBytesPerSecond: number;
  readonly #debts = new Map<ReplicaRead, Debt>();

  /** 0: one byte is enough. */
  constructor(minBytesPerSecond: number) {
    this.#minBytesPerSecond = minBytesPerSecond;
  }

  /** What is left of `allowedMs` for all of `reads`. */
  leftMs(reads: readonly ReplicaRead[], allowedMs: number): number {
    return Math.min(...reads.map((read) => allowedMs - (this.#debts.get(read)?.ms ?? 0)));
  }

  /** A wait for `read` began when it had sent `bytesBefore`, and took `ms`. */
  add(read: ReplicaRead, bytesBefore: number, ms: number): void {
    const debt = this.#debts.get(read) ?? { ms: 0, bytesBefore };
    debt.ms += ms;
    const sent = read.bytes - debt.bytesBefore;
    if (sent > 0 && sent * 1000 >= this.#minBytesPerSecond * debt.ms) this.#debts.delete(read);
    else this.#debts.set(read, debt);
  }
}
