import { compareUtf8 } from '../../model/compare-utf8.ts';
import type { PartialAggregates, Refusal } from './partial-aggregates.ts';
import type { RuleResult } from './rule-result.ts';

/** Reports each refused name once. */
export interface RefusalLog {
  report(partials: readonly Pick<PartialAggregates, 'refusals'>[]): Pick<RuleResult, 'refusedNames' | 'newRefusals'>;
}

/** Names remembered as reported; past that, new ones are counted and no longer reported. */
const maxReported = 10_000;

export function createRefusalLog(): RefusalLog {
  const reported = new Set<string>();
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
  };
}
