import { Hash64Timestamps } from '../model/hash64-timestamps.ts';
import type { FilledTable } from './shard-view.ts';

/** Series, or families, to timestamp, by 64-bit hash: copied for every request, so a copy must cost no more than the bytes. */
export class FilledSeries {
  readonly #series = new Hash64Timestamps();

  get size(): number {
    return this.#series.size;
  }

  /** Timestamp of a series, Unix ms; undefined when it is not here. */
  get(low: number, high: number): number | undefined {
    const timestampMs = this.#series.get(low, high);
    return Number.isNaN(timestampMs) ? undefined : timestampMs;
  }

  /** Adds a series, or advances its timestamp: the newer of the two stays. NaN and -Infinity are ignored. */
  advance(low: number, high: number, timestampMs: number): void {
    if (!(timestampMs > -Infinity) || this.#series.get(low, high) >= timestampMs) return;
    this.#series.set(low, high, timestampMs);
  }

  advanceAll({ hashes, timestampsMs }: FilledTable): void {
    for (let i = 0; i < timestampsMs.length; i++) this.advance(hashes[2 * i]!, hashes[2 * i + 1]!, timestampsMs[i]!);
  }

  /** Removes the series that are listed with the timestamp that is held, or a newer one. */
  removePassed({ hashes, timestampsMs }: FilledTable): void {
    for (let i = 0; i < timestampsMs.length; i++) {
      const [low, high] = [hashes[2 * i]!, hashes[2 * i + 1]!];
      if (this.#series.get(low, high) <= timestampsMs[i]!) this.#series.delete(low, high);
    }
  }

  /** Removes the series whose timestamp is older than `oldestMs`. */
  expire(oldestMs: number): void {
    this.#series.deleteOlder(oldestMs);
  }

  clear(): void {
    this.#series.clear();
  }

  /** A copy; the order of the entries has no meaning. */
  toTable(): FilledTable {
    return this.#series.entries();
  }
}
