import { METRIC_NAME } from '../../model/label-set.ts';
import type { Matcher, Selector } from '../../model/matcher.ts';
import { literalPrefixes } from '../../promql/selector/literal-prefixes.ts';

/** What the rules can produce, as far as planning needs it. */
export interface ProducedNames {
  /** Whether an output may have this name; never wrongly false. */
  mayProduce(name: string): boolean;
  /** `record` of each rule: literal text with `$` references. */
  readonly records: readonly string[];
}

/**
 * Whether a selector may match an output of a rule, judged by the metric name alone: if none of a request's selectors
 * does, its rules need not be evaluated. Wrong only in saying yes too often.
 */
export function mayMatchProduced(selector: Selector, produced: ProducedNames): boolean {
  if (selector.matchers.length === 0) return false;
  const onName = selector.matchers.filter((matcher) => matcher.name === METRIC_NAME);
  const exact = onName.find((matcher) => matcher.operator === '=');
  if (exact !== undefined)
    return onName.every((matcher) => matcher.accepts(exact.value)) && produced.mayProduce(exact.value);
  return produced.records.some((record) => onName.every((matcher) => mayAcceptRecord(matcher, record)));
}

function mayAcceptRecord(matcher: Matcher, record: string): boolean {
  if (!record.includes('$')) return matcher.accepts(record);
  if (matcher.operator !== '=~') return true;
  const start = record.slice(0, record.indexOf('$'));
  return literalPrefixes(matcher.value).some((prefix) => prefix.startsWith(start) || start.startsWith(prefix));
}
