import { Hash64Timestamps } from '../../model/hash64-timestamps.ts';
import type { FilledTable, Given, GivenView } from '../../topology/shard-view.ts';
import { FamilyKey } from './family-key.ts';
import { TimestampList } from './timestamp-list.ts';

export interface SampleGateOptions extends GivenView {
  /** Of `filled` and of `ahead`; 0 for no limit. */
  readonly maxFilledSeries: number;
}

/** Timestamps that targets set themselves are multiples of a second as a rule; those of scrapes are so once in a thousand. */
const GRID_MS = 1000;

/**
 * Keeps series from going back in time when another replica's sample takes the place of the leader's. A sample of the
 * leader has to be newer than the watermark of its family, and than what followers gave of its series; a follower's has
 * to be newer than what was given of its series, or else than anything given of its family before. Samples without a
 * timestamp always leave. Where a family is given on whole seconds, "as new" will do for "newer".
 */
export class SampleGate {
  /** Whether the leader's samples have to be asked for one by one. */
  hasFilled: boolean;
  /** Of the current family, Unix ms. */
  watermarkMs: number;
  /** Newest timestamp that left of the current family; of samples ahead of the clock see {@link SampleGate.note}. */
  newestInFamilyMs: number = -Infinity;
  suppressed = 0;
  filledSeries = 0;
  filledOverflow = false;
  /** Series that were not in the table before. */
  #added = 0;
  #newestMs = -Infinity;
  #givenBeforeMs: number;
  #hasChangedLeader = false;
  #givenBefore: Given | undefined;
  /** Whether the current family has the name of a recording rule's output. */
  #isRecorded = false;
  readonly #key = new FamilyKey();
  readonly #filled: Hash64Timestamps;
  readonly #frozenFamilies: Hash64Timestamps;
  readonly #givenFamilies: Hash64Timestamps;
  readonly #frozenAhead: Hash64Timestamps;
  readonly #ahead: Hash64Timestamps;
  readonly #updates = new Hash64Timestamps();
  readonly #passed = new Hash64Timestamps();
  readonly #families = new TimestampList();
  readonly #newAhead = new Hash64Timestamps();
  readonly #options: SampleGateOptions;

  constructor(options: SampleGateOptions) {
    this.#options = options;
    this.watermarkMs = options.watermarkMs;
    this.#givenBeforeMs = options.newestGivenMs;
    this.#filled = Hash64Timestamps.of(options.filled);
    this.#frozenFamilies = Hash64Timestamps.of(options.frozenFamilies);
    this.#givenFamilies = Hash64Timestamps.of(options.givenFamilies);
    this.#frozenAhead = Hash64Timestamps.of(options.frozenAhead);
    this.#ahead = Hash64Timestamps.of(options.ahead);
    this.hasFilled = this.#filled.size > 0 || this.#frozenAhead.size > 0;
  }

  get filled(): FilledTable {
    return this.#updates.entries();
  }

  get passed(): FilledTable {
    return this.#passed.entries();
  }

  /** Newest timestamps that left, by family, which may stand in it more than once; the current one only once it was left. */
  get families(): FilledTable {
    return this.#families.toTable();
  }

  get ahead(): FilledTable {
    return this.#newAhead.entries();
  }

  get newestGivenMs(): number {
    return Math.max(this.#newestMs, this.newestInFamilyMs);
  }

  enterFamily(name: string): void {
    this.leaveFamily();
    this.#key.read(name);
    this.#isRecorded = name.includes(':');
    this.#setThresholds();
  }

  leaveFamily(): void {
    const newestMs = this.newestInFamilyMs;
    if (newestMs === -Infinity) return;
    this.#families.add(this.#key.low, this.#key.high, newestMs);
    if (newestMs > this.#newestMs) this.#newestMs = newestMs;
    this.newestInFamilyMs = -Infinity;
  }

  /** What had left at the last change of leader; undefined where there was none. */
  get givenBefore(): Given | undefined {
    return this.#givenBefore;
  }

  /** Another replica leads for the rest of this response: nothing of it may be older than what was given before. */
  changeLeader(): void {
    this.leaveFamily();
    this.#givenBefore = { newestGivenMs: this.newestGivenMs, families: this.families, ahead: this.ahead };
    this.#hasChangedLeader = true;
    this.hasFilled ||= this.#ahead.size > 0;
    this.#setThresholds();
  }

  /** The leader's sample leaves if it is newer than this. */
  leaderThreshold(low: number, high: number): number {
    let thresholdMs = this.watermarkMs;
    const filledMs = this.#filled.get(low, high);
    if (filledMs > thresholdMs) thresholdMs = filledMs;
    const frozenMs = this.#frozenAhead.get(low, high);
    if (frozenMs > thresholdMs) thresholdMs = frozenMs;
    const aheadMs = this.#hasChangedLeader ? this.#ahead.get(low, high) : Number.NaN;
    return aheadMs > thresholdMs ? aheadMs : thresholdMs;
  }

  /** A follower's sample leaves if it is newer than this. */
  followerThreshold(low: number, high: number): number {
    const filledMs = this.#filled.get(low, high);
    if (!Number.isNaN(filledMs)) return filledMs;
    let thresholdMs = this.#givenBeforeMs;
    for (const table of [this.#ahead, this.#frozenAhead]) {
      const aheadMs = table.size === 0 ? Number.NaN : table.get(low, high);
      if (aheadMs > thresholdMs) thresholdMs = aheadMs;
    }
    return thresholdMs;
  }

  /**
   * A sample has left that is newer than what left of its family. One that is ahead of the clock is remembered by itself, so
   * that it does not hold back its whole family; while there is room for it.
   */
  note(low: number, high: number, timestampMs: number): void {
    const { aheadFromMs, maxFilledSeries } = this.#options;
    const isAhead = timestampMs > aheadFromMs;
    const hasRoom = maxFilledSeries === 0 || this.#ahead.size + this.#newAhead.size < maxFilledSeries;
    if (isAhead && hasRoom) this.#newAhead.set(low, high, timestampMs);
    else this.newestInFamilyMs = timestampMs;
  }

  /** Samples of the leader have left, the newest of them at this time; none of them ahead of the clock. */
  noteMany(newestMs: number): void {
    if (newestMs > this.newestInFamilyMs) this.newestInFamilyMs = newestMs;
  }

  get aheadFromMs(): number {
    return this.#options.aheadFromMs;
  }

  /** The leader's sample has left. */
  passLeader(low: number, high: number): void {
    const filledMs = this.#filled.get(low, high);
    if (!Number.isNaN(filledMs)) this.#passed.set(low, high, filledMs);
  }

  /** A follower's sample of a series that the leader lacks has left, or was kept back (`left` false). */
  fill(low: number, high: number, sample: { readonly timestampMs: number; readonly left: boolean }): void {
    if (sample.left) this.filledSeries += 1;
    else this.suppressed += 1;
    if (Number.isNaN(sample.timestampMs)) return;
    const isNew = Number.isNaN(this.#filled.get(low, high)) && Number.isNaN(this.#updates.get(low, high));
    if (isNew) {
      const { maxFilledSeries } = this.#options;
      if (maxFilledSeries > 0 && this.#filled.size + this.#added >= maxFilledSeries) {
        this.filledOverflow = true;
        return;
      }
      this.#added += 1;
    }
    if (sample.left) this.#updates.set(low, high, sample.timestampMs);
    else if (isNew) this.#updates.set(low, high, this.followerThreshold(low, high));
  }

  #setThresholds(): void {
    const { watermarkMs, newestGivenMs } = this.#options;
    const { low, high } = this.#key;
    this.#givenBeforeMs = this.#threshold(lower(this.#givenFamilies.get(low, high), newestGivenMs));
    const frozenMs = this.#threshold(lower(this.#frozenFamilies.get(low, high), watermarkMs));
    this.watermarkMs = this.#hasChangedLeader ? Math.max(frozenMs, this.#givenBeforeMs) : frozenMs;
  }

  /**
   * What samples have to be newer than where this is the newest given. On a whole second it is a point of a grid that targets
   * count by, and one target may be given at that point before another is: the point itself may leave, and come again to
   * whom it was given, the same. A rule's samples have equal timestamps on all replicas, too, but not equal values.
   */
  #threshold(newestMs: number): number {
    return newestMs % GRID_MS === 0 && !this.#isRecorded ? newestMs - 1 : newestMs;
  }
}

/** NaN stands for a family that is not known. */
function lower(ofFamilyMs: number, ofShardMs: number): number {
  return ofFamilyMs < ofShardMs ? ofFamilyMs : ofShardMs;
}
