import type { CountedFamilies } from '../../topology/family-series.ts';
import type { JoinMember } from './join-member.ts';
import { type ExpectationOptions, SeriesExpectation } from './series-expectation.ts';

export interface JoinExpectation extends ExpectationOptions {
  /** Replicas that were not started and may be asked for, as soon as the one that runs gives far fewer series than expected. */
  readonly siblings: readonly number[];
}

/** Whom to ask for, and who goes on meanwhile: indices of replicas. */
export interface SiblingWanted {
  readonly sibling: number;
  readonly only: number;
}

/** Asks for a sibling of the only replica that runs, while the current family can still be filled. */
export class SiblingCall {
  readonly #members: readonly JoinMember[];
  readonly #reserve: ReadonlySet<number>;
  readonly #expectation: SeriesExpectation;

  /** `members`: in the order in which they are to be asked for. */
  constructor(members: readonly JoinMember[], options: JoinExpectation) {
    this.#members = members;
    this.#reserve = new Set(options.siblings);
    this.#expectation = new SeriesExpectation(options);
  }

  /** As {@link SeriesExpectation.enter}. */
  enter(name: string, series: number): void {
    this.#expectation.enter(name, series);
  }

  /** As {@link SeriesExpectation.counted}. */
  counted(series: number): CountedFamilies {
    return this.#expectation.counted(series);
  }

  /** Arguments as {@link SeriesExpectation.isShort}. */
  wanted(series: number, next: string | undefined): SiblingWanted | undefined {
    const [only, other] = this.#members.filter(({ state }) => state === 'running' || state === 'ended');
    if (only === undefined || other !== undefined || !this.#expectation.isShort(series, next)) return undefined;
    const sibling = this.#members.find(({ state, index }) => state === 'idle' && this.#reserve.has(index));
    return sibling && { sibling: sibling.index, only: only.index };
  }
}
