import { createHash } from 'node:crypto';
import type { AggregationRuleConfig } from '../../config/config.ts';

/**
 * By index: the rules of one configuration that another one has unchanged, as well as what decides which names reach them,
 * the sources of the rules before them that stop. Each rule stands for one at most.
 */
export type KeptRules = ReadonlyMap<number, number>;

export function findKeptRules(
  before: readonly AggregationRuleConfig[],
  now: readonly AggregationRuleConfig[],
): KeptRules {
  const known = Map.groupBy(ruleSignatures(before).entries(), ([, signature]) => signature);
  const kept = new Map<number, number>();
  for (const [index, signature] of ruleSignatures(now).entries()) {
    const same = known.get(signature)?.shift();
    if (same !== undefined) kept.set(same[0], index);
  }
  return kept;
}

/** What is known by a text that begins with the index of a rule and a space, under the indices of now. */
export function carryByRule<T>(entries: Iterable<readonly [id: string, value: T]>, kept: KeptRules): Map<string, T> {
  const carried = new Map<string, T>();
  for (const [id, value] of entries) {
    const end = id.indexOf(' ');
    const rule = kept.get(Number(id.slice(0, end)));
    if (rule !== undefined) carried.set(`${rule}${id.slice(end)}`, value);
  }
  return carried;
}

function ruleSignatures(rules: readonly AggregationRuleConfig[]): string[] {
  let stopped = '';
  return rules.map((rule) => {
    const signature = `${stopped} ${JSON.stringify(rule)}`;
    if (!rule.continue) stopped = createHash('sha256').update(`${stopped} ${rule.source}`).digest('base64');
    return signature;
  });
}
