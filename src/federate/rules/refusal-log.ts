import { compareUtf8 } from '../../model/compare-utf8.ts';
import { carryByRule, type KeptRules } from './kept-rules.ts';
import type { PartialAggregates, Refusal } from './partial-aggregates.ts';
import type { RuleResult } from './rule-result.ts';

/** Reports each refused name once. */
export interface RefusalLog {
  report(partials: readonly Pick<PartialAggregates, 'refusals'>[]): Pick<RuleResult, 'refusedNames' | 'newRefusals'>;
  /** What was reported of rules that another configuration keeps, under the indices that they have there. */
  carry(kept: KeptRules): Iterable<string>;
}

/** Names remembered as reported; past that, new ones are counted and no longer reported. */
const maxReported = 10_000;

export function createRefusalLog(carried: Iterable<string> = []): RefusalLog {
  const reported = new Set(carried);
  return {
    report(partials) {
      const refused = new Map<string, Refusal>();
      for (const refusal of partials.flatMap((partial) => partial.refusals)) {
        refused.set(`${refusal.rule} ${refusal.name}`, refusal);
      }
      const newRefusals: Refusal[] = [];
      for (const [id, refusal] of refused) {
        if (reported.has(id) || reported.size >= maxReported) continue;
        reported.add(id);
        newRefusals.push(refusal);
      }
      newRefusals.sort((a, b) => compareUtf8(a.name, b.name) || a.rule - b.rule);
      return { refusedNames: new Set([...refused.values()].map(({ name }) => name)).size, newRefusals };
    },
    carry: (kept) => carryByRule(reported.entries(), kept).keys(),
  };
}
