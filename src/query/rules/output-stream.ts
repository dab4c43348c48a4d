import type { GroupTerm } from '../../federate/rules/group-presence.ts';
import { groupValue } from '../../federate/rules/group-value.ts';
import type { StreamName } from '../../federate/rules/partial-aggregates.ts';
import { ContributionColumn } from './contribution-column.ts';

export interface OutputStreamOptions {
  readonly shards: number;
  readonly steps: number;
  /** Told of every column's samples. */
  readonly hold: (samples: number) => void;
}

/** What the shards give to the groups of one stream, step by step. */
export class OutputStream {
  readonly name: StreamName;
  readonly #shards: number;
  readonly #steps: number;
  readonly #hold: (samples: number) => void;
  /** By label key, then shard; a shard that did not feed the group in the time looked at has no column. */
  readonly #groups = new Map<string, (ContributionColumn | undefined)[]>();

  constructor(name: StreamName, { shards, steps, hold }: OutputStreamOptions) {
    this.name = name;
    this.#hold = hold;
    this.#shards = shards;
    this.#steps = steps;
  }

  /** Label keys of the groups. */
  keys(): IterableIterator<string> {
    return this.#groups.keys();
  }

  has(key: string): boolean {
    return this.#groups.has(key);
  }

  /** The column of a shard that feeds the group. */
  column(key: string, shard: number): ContributionColumn {
    const columns = this.#groups.get(key) ?? Array.from({ length: this.#shards }, () => undefined);
    this.#groups.set(key, columns);
    const known = columns[shard];
    if (known !== undefined) return known;
    this.#hold(this.#steps);
    return (columns[shard] = new ContributionColumn(this.name.kind, this.#steps));
  }

  /** The contributions to a group that is there, as of a step; slots are shards. */
  term(key: string, step: () => number): GroupTerm {
    const columns = this.#groups.get(key)!;
    return {
      slotOf: (shard) => (columns[shard] === undefined ? -1 : shard),
      isUsable: (shard) => columns[shard]!.present[step()] === 1,
    };
  }

  /** The value of a group from the columns of some shards. */
  value(
    key: string,
    { step, shards, quantile }: { step: number; shards: readonly number[]; quantile: number },
  ): number {
    const columns = this.#groups.get(key)!;
    const states = {
      cells: (shard: number) => columns[shard]!.cells(step),
      at: (shard: number) => columns[shard]!.at(step),
    };
    return groupValue({ kind: this.name.kind, states, slots: shards }, quantile);
  }
}
