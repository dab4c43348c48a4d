import type { SampledSeries } from '../../topology/shard-view.ts';
import type { OutgoingRun } from '../../exposition/text/external-run.ts';
import type { SampleLine } from '../../exposition/text/sample-line.ts';
import { decodeValue } from './decode-line.ts';
import type { JoinMember } from './join-member.ts';

/** Of one shard and request. */
const MAX_SERIES = 256;

interface Sampled {
  readonly low: number;
  readonly own: string;
  readonly run: OutgoingRun;
  /** By replica; undefined where it lacks the series. */
  readonly samples: readonly (readonly [timestampMs: number, value: number] | undefined)[];
}

/**
 * Picks some of the series that several replicas have, by their hashes, so that later requests pick the same ones again: all
 * of them until there are too many, then every second, every fourth, and so on.
 */
export class SeriesSampler {
  /** A series is to be offered where no bit of this is set in the lower word of its hash. */
  mask: number;
  #series: Sampled[] = [];
  readonly #replicas: number;

  /** `mask`: where to begin. */
  constructor(replicas: number, mask: number) {
    this.#replicas = replicas;
    this.mask = mask;
  }

  /** `line`: of one of `members`, as it leaves. */
  add(low: number, line: SampleLine, members: readonly JoinMember[]): void {
    const samples: Sampled['samples'][number][] = Array.from({ length: this.#replicas });
    for (const { index, cursor } of members) samples[index] = [cursor.line.timestampMs, decodeValue(cursor.line)];
    this.#series.push({ low, own: ownText(line), run: line.run.joined, samples });
    while (this.#series.length > MAX_SERIES && this.mask !== -1) {
      this.mask = (this.mask << 1) | 1;
      this.#series = this.#series.filter((series) => (series.low & this.mask) === 0);
    }
  }

  sampled(): SampledSeries {
    const cells = this.#series.flatMap(({ samples }) => samples);
    return {
      labels: this.#series.map(({ own, run }) => labelText(own, run)),
      timestampsMs: Float64Array.from(cells, (cell) => cell?.[0] ?? -Infinity),
      values: Float64Array.from(cells, (cell) => cell?.[1] ?? Number.NaN),
    };
  }
}

function ownText({ bytes, start, ownEnd }: SampleLine): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, ownEnd - start).toString();
}

function labelText(own: string, run: OutgoingRun): string {
  if (run.text === '') return own.includes('{') ? `${own}}` : own;
  return `${own}${own.includes('{') ? ',' : '{'}${run.text}}`;
}
