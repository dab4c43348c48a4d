import type { CountedFamilies, FamilySeries } from '../../topology/family-series.ts';
import { nameKey } from './name-key.ts';

export interface ExpectationOptions {
  /** What the last read gave; undefined where none is remembered: then nothing is expected. */
  readonly families: FamilySeries | undefined;
  /** Share (0 to 1) of the series that may be missing. */
  readonly maxMissingRatio: number;
}

interface Tally {
  /** Series of the families so far that are not there, and how many there should be. */
  readonly lacking: number;
  readonly expected: number;
  /** Expected families that were left. */
  readonly passed: number;
}

/** So small a share of what may be missing of a part is looked at as part of all: a few series at the beginning prove nothing. */
const TOLERANCE = 0.1;

/**
 * Holds the series of a join against what an earlier one gave, family by family, so that it can tell before it leaves a
 * family that far too few have come. Families that are new count for nothing, and more series of one do not make up for fewer
 * of another.
 */
export class SeriesExpectation {
  /** Whether it was ever found short. */
  wasShort = false;
  readonly #expected: Uint32Array;
  readonly #positions: ReadonlyMap<number, number>;
  /** Series of the first `i` expected families. */
  readonly #sums: Float64Array;
  readonly #maxMissingRatio: number;
  readonly #tolerated: number;
  /** Of the families that came, in their order: the current one last, whose series are not known yet. */
  readonly #keys: number[] = [];
  readonly #series: number[] = [];
  #lacking = 0;
  #passed = 0;
  /** Whether the current family is the expected one at `#passed`. */
  #isExpected = false;

  constructor({ families, maxMissingRatio }: ExpectationOptions) {
    const keys = families?.keys ?? new Float64Array();
    this.#expected = families?.series ?? new Uint32Array();
    this.#positions = new Map([...keys].map((key, position) => [key, position]));
    this.#sums = new Float64Array(keys.length + 1);
    for (const [i, count] of this.#expected.entries()) this.#sums[i + 1] = this.#sums[i]! + count;
    this.#maxMissingRatio = maxMissingRatio;
    this.#tolerated = TOLERANCE * maxMissingRatio * this.#sums.at(-1)!;
  }

  /** Whether far too few series have come before family `next`, or to the end; `series`: those of the current family. */
  isShort(series: number, next: string | undefined): boolean {
    if (this.#expected.length === 0) return false;
    const { lacking, expected } = this.#tally(series, this.#positionOf(next));
    const isShort = lacking > this.#tolerated && lacking > this.#maxMissingRatio * expected;
    this.wasShort ||= isShort;
    return isShort;
  }

  /** A new family begins; `series`: those of the one before it. */
  enter(name: string, series: number): void {
    const key = nameKey(name);
    const position = this.#positions.get(key);
    const { lacking, passed } = this.#tally(series, position);
    if (this.#keys.length > 0) this.#series.push(series);
    this.#keys.push(key);
    this.#lacking = lacking;
    this.#passed = passed;
    this.#isExpected = position === passed;
  }

  /** What has come; `series`: those of the current family. */
  counted(series: number): CountedFamilies {
    const counts = this.#keys.length === 0 ? [] : [...this.#series, series];
    return {
      families: { keys: Float64Array.from(this.#keys), series: Uint32Array.from(counts) },
      isShort: this.wasShort,
    };
  }

  /** At the end all that were expected are behind; a family that nobody expected tells nothing of those before it. */
  #positionOf(next: string | undefined): number | undefined {
    return next === undefined ? this.#expected.length : this.#positions.get(nameKey(next));
  }

  #tally(series: number, position: number | undefined): Tally {
    const left = this.#isExpected ? this.#passed + 1 : this.#passed;
    const ofCurrent = this.#isExpected ? Math.max(0, this.#expected[this.#passed]! - series) : 0;
    const passed = Math.max(left, position ?? left);
    const between = this.#sums[passed]! - this.#sums[left]!;
    return { lacking: this.#lacking + ofCurrent + between, expected: this.#sums[passed]!, passed };
  }
}
