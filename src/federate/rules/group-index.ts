import { labelKey, parseLabelKey, decodeLabelKeys } from './label-key.ts';
import { mergeLabelKeys, sortLabelKeys } from './sort-label-keys.ts';
import { itemsPerStep, type Steps } from './steps.ts';

/** The groups behind encoded keys. */
interface Roster {
  readonly bytes: Uint8Array;
  readonly groups: Int32Array;
}

/** Numbers the groups of one stream, and keeps their keys in order. The number of a removed group is used again. */
export class GroupIndex {
  readonly #numbers = new Map<string, number>();
  /** By number; undefined where it is free. */
  readonly #keyOf: (string | undefined)[] = [];
  readonly #free: number[] = [];
  /**
   * What each shard gave last. Shards name the same groups from answer to answer, and comparing bytes costs next to nothing
   * beside looking keys up. Shards that give the same share one.
   */
  readonly #rosters: (Roster | undefined)[] = [];
  #sorted: readonly string[] = [];
  /** Keys that are not in `#sorted` yet. */
  #added: string[] = [];

  get size(): number {
    return this.#numbers.size;
  }

  /** All numbers are less. */
  get bound(): number {
    return this.#keyOf.length;
  }

  /** In the order of the label sets, as of the last {@link GroupIndex.settle}; replaced by changes, never altered. */
  get keys(): readonly string[] {
    return this.#sorted;
  }

  numberOf(key: string): number | undefined {
    return this.#numbers.get(key);
  }

  has(number: number): boolean {
    return this.#keyOf[number] !== undefined;
  }

  /** The numbers of the groups whose keys a shard gave ({@link encodeLabelKeys}); unknown ones are added. */
  *read(shard: number, bytes: Uint8Array): Steps<Int32Array> {
    const isSame = (roster: Roster | undefined): boolean =>
      roster !== undefined && roster.bytes.length === bytes.length && Buffer.compare(roster.bytes, bytes) === 0;
    const own = this.#rosters[shard];
    if (isSame(own)) return own!.groups;
    const roster = this.#rosters.find(isSame) ?? { bytes, groups: yield* this.#numbersOf(bytes) };
    this.#rosters[shard] = roster;
    return roster.groups;
  }

  *remove(numbers: readonly number[]): Steps<void> {
    for (const number of numbers) {
      this.#numbers.delete(this.#keyOf[number]!);
      this.#keyOf[number] = undefined;
      this.#free.push(number);
    }
    this.#rosters.length = 0;
    this.#sorted = yield* this.#withoutRemoved(this.#sorted);
    this.#added = yield* this.#withoutRemoved(this.#added);
  }

  /** Puts the keys that came since the last time in their places. */
  *settle(): Steps<void> {
    if (this.#added.length === 0) return;
    this.#sorted = yield* mergeLabelKeys(this.#sorted, yield* sortLabelKeys(this.#added));
    this.#added = [];
  }

  *#numbersOf(bytes: Uint8Array): Steps<Int32Array> {
    const groups: number[] = [];
    for (const key of decodeLabelKeys(bytes)) {
      groups.push(this.#numbers.get(key) ?? this.#add(key));
      if (groups.length % itemsPerStep === 0) yield;
    }
    return Int32Array.from(groups);
  }

  #add(decoded: string): number {
    // A copy: what was decoded keeps the text of all keys in memory.
    const key = labelKey(parseLabelKey(decoded));
    const number = this.#free.pop() ?? this.#keyOf.length;
    this.#keyOf[number] = key;
    this.#numbers.set(key, number);
    this.#added.push(key);
    return number;
  }

  *#withoutRemoved(keys: readonly string[]): Steps<string[]> {
    const kept: string[] = [];
    for (let i = 0; i < keys.length; i++) {
      if (i % itemsPerStep === 0) yield;
      if (this.#numbers.has(keys[i]!)) kept.push(keys[i]!);
    }
    return kept;
  }
}
