import { median } from './statistics.ts';

export interface Comparison<Result> {
  /** Median of the ratios of the pairs: `measure(subject) / measure(base)`. */
  readonly ratio: number;
  readonly base: readonly Result[];
  readonly subject: readonly Result[];
}

export interface Pairs<Result> {
  readonly pairs: number;
  readonly base: () => Promise<Result>;
  readonly subject: () => Promise<Result>;
  readonly measure: (result: Result) => number;
}

/**
 * Runs two things in turn, `pairs` times, the order swapped from pair to pair. Each ratio is taken inside one pair: what
 * a neighbour on the machine does for a few seconds then hits both sides of it.
 */
export async function compareInPairs<Result>(options: Pairs<Result>): Promise<Comparison<Result>> {
  const base: Result[] = [];
  const subject: Result[] = [];
  for (let pair = 0; pair < options.pairs; pair++) {
    if (pair % 2 === 0) base.push(await options.base());
    subject.push(await options.subject());
    if (pair % 2 === 1) base.push(await options.base());
  }
  const ratios = subject.map((result, pair) => options.measure(result) / options.measure(base[pair]!));
  return { ratio: median(ratios), base, subject };
}
