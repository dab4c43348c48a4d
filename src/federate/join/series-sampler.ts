import type { SampleLine } from '../../exposition/text/sample-line.ts';
import type { SampledSeries } from '../../topology/shard-view.ts';
import { decodeValue } from './decode-line.ts';
import type { JoinMember } from './join-member.ts';

/** Of one shard and request: reading them must not be felt beside the join of a hundred thousand. */
const MAX_SERIES = 128;

/**
 * Picks some of the series that several replicas have, by their hashes, so that later requests pick the same ones again: all
 * of them until there are too many, then every second, every fourth, and so on. In columns, as it is on the way of lines.
 */
export class SeriesSampler {
  /** A series is to be offered where no bit of this is set in the lower word of its hash. */
  mask: number;
  #length = 0;
  readonly #lows = new Int32Array(MAX_SERIES + 1);
  readonly #labels: string[] = [];
  readonly #timestampsMs: Float64Array;
  readonly #values: Float64Array;
  readonly #replicas: number;

  /** `mask`: where to begin. */
  constructor(replicas: number, mask: number) {
    this.#replicas = replicas;
    this.mask = mask;
    this.#timestampsMs = new Float64Array((MAX_SERIES + 1) * replicas);
    this.#values = new Float64Array((MAX_SERIES + 1) * replicas);
  }

  /** `line`: of one of `members`, as it leaves. */
  add(low: number, line: SampleLine, members: readonly JoinMember[]): void {
    const at = this.#length * this.#replicas;
    this.#lows[this.#length] = low;
    this.#labels[this.#length] = labelText(line);
    this.#timestampsMs.fill(-Infinity, at, at + this.#replicas);
    for (let i = 0; i < members.length; i++) {
      const { index, cursor } = members[i]!;
      this.#timestampsMs[at + index] = cursor.line.timestampMs;
      this.#values[at + index] = decodeValue(cursor.line);
    }
    this.#length += 1;
    while (this.#length > MAX_SERIES && this.mask !== -1) this.#thinOut();
  }

  sampled(): SampledSeries {
    const cells = this.#length * this.#replicas;
    return {
      labels: this.#labels.slice(0, this.#length),
      timestampsMs: this.#timestampsMs.slice(0, cells),
      values: this.#values.slice(0, cells),
    };
  }

  #thinOut(): void {
    this.mask = (this.mask << 1) | 1;
    const replicas = this.#replicas;
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      if ((this.#lows[i]! & this.mask) !== 0) continue;
      this.#lows[kept] = this.#lows[i]!;
      this.#labels[kept] = this.#labels[i]!;
      for (const cells of [this.#timestampsMs, this.#values]) {
        cells.copyWithin(kept * replicas, i * replicas, (i + 1) * replicas);
      }
      kept += 1;
    }
    this.#length = kept;
  }
}

function labelText({ bytes, start, nameEnd, ownEnd, hasQuotedName, run }: SampleLine): string {
  const own = Buffer.from(bytes.buffer, bytes.byteOffset + start, ownEnd - start).toString();
  const { text } = run.joined;
  const isBare = ownEnd === nameEnd && !hasQuotedName;
  if (text === '') return isBare ? own : `${own}}`;
  return isBare ? `${own}{${text}}` : `${own},${text}}`;
}
