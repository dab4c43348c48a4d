import { Hash64Set } from '../../model/hash64-set.ts';
import { hashLabels } from '../../model/hash-labels.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';

/** What has left already, by 64-bit hash of the labels in their order: a series that comes again must not leave twice. */
export class GivenSeries {
  readonly #hashes = new Hash64Set();
  readonly #words = new Uint32Array(2);

  add({ labels }: { readonly labels: SeriesLabels }): void {
    hashLabels(labels, this.#words);
    this.#hashes.add(this.#words[0]!, this.#words[1]!);
  }

  has({ labels }: { readonly labels: SeriesLabels }): boolean {
    hashLabels(labels, this.#words);
    return this.#hashes.has(this.#words[0]!, this.#words[1]!);
  }
}
