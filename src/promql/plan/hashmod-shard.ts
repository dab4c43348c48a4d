import type { Matcher } from '../../model/matcher.ts';
import { hashmod } from '../../topology/hashmod.ts';

/** How targets of some jobs were spread over the shards. */
export interface HashmodRule {
  /** Labels of the series that were hashed, at least one. */
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly modulus: number;
  /** The jobs of which this is known. */
  readonly jobs: readonly string[];
}

/**
 * The remainder of all series that a selector can match, where the selector alone proves that they have one: it fixes `job`
 * to a job of the rule, and each hashed label, by equality. Series that lack a hashed label were not hashed as they are.
 */
export function fixedRemainder(matchers: readonly Matcher[], rule: HashmodRule): number | undefined {
  const fixed = (name: string): string | undefined =>
    matchers.find((matcher) => matcher.name === name && matcher.operator === '=' && matcher.value !== '')?.value;
  const job = fixed('job');
  if (job === undefined || !rule.jobs.includes(job)) return undefined;
  const values = rule.sourceLabels.map((name) => fixed(name));
  if (values.includes(undefined)) return undefined;
  return hashmod(values as string[], rule.separator, rule.modulus);
}
