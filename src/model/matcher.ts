import { RE2JS } from 're2js';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One label matcher. Regular expressions are RE2, anchored at both ends, `.` matches a line feed, as in Prometheus. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Whether a label of this value (`""` for an absent label) is accepted. Linear in the length of `value`. */
  accepts(value: string): boolean;
}

/** A series selector: every matcher must accept; the metric name is the label `__name__`. */
export interface Selector {
  readonly matchers: readonly Matcher[];
}

/** @throws an `Error` of re2js where `value` is not RE2; callers turn it into their own error. */
export function createMatcher(name: string, operator: MatchOperator, value: string): Matcher {
  return { name, operator, value, accepts: acceptance(operator, value) };
}

function acceptance(operator: MatchOperator, value: string): (candidate: string) => boolean {
  if (operator === '=') return (candidate) => candidate === value;
  if (operator === '!=') return (candidate) => candidate !== value;
  const regex = RE2JS.compile(value, RE2JS.DOTALL);
  if (operator === '=~') return (candidate) => regex.matches(candidate);
  return (candidate) => !regex.matches(candidate);
}
