import { LRUCache } from 'lru-cache';
import type { PlanText } from './plan-passthrough.ts';

/** Characters of all texts together. What is made of a text is held too, and takes some dozen bytes a character. */
const maxCharacters = 64 * 1024;

/**
 * Keeps the plans of the texts that were asked last: dashboards and rules ask the same again and again, and to plan takes
 * longer than all the rest that is done for a query that is only passed on. For one configuration.
 */
export function rememberPlans(plan: PlanText): PlanText {
  const known = new LRUCache<string, { readonly plan: ReturnType<PlanText> }>({
    maxSize: maxCharacters,
    sizeCalculation: (_plan, key) => key.length,
  });
  return (asked) => {
    const { text, isInstant, grid, tenant } = asked;
    const key = JSON.stringify([tenant ?? null, isInstant ? null : grid.stepMs, text]);
    const found = known.get(key);
    if (found !== undefined) return found.plan;
    const made = plan(asked);
    known.set(key, { plan: made });
    return made;
  };
}
