import type { Selector } from '../../model/matcher.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';

/**
 * The selectors of a request as its tenant may ask them: what is enforced comes into each, and is the only one where
 * there are none, which would mean everything. The same where nothing is enforced.
 */
export function gateSelectors(selectors: readonly Selector[], gate: SelectorGate): readonly Selector[] {
  if (gate.enforced.length === 0) return selectors;
  const asked = selectors.length === 0 ? [{ matchers: [] }] : selectors;
  return asked.map(({ matchers }) => ({ matchers: gate.enforce(matchers) }));
}
