import type { LabelSet } from '../../model/label-set.ts';
import type { SelectorSet } from '../../promql/selector/selector-set.ts';
import type { FamilyAction } from '../join/family-action.ts';
import type { CompiledRules } from '../rules/compile-rules.ts';
import type { ShardAggregation } from '../rules/shard-aggregation.ts';

export interface FamilyActionDeps {
  readonly rules: CompiledRules;
  /** What `rules` are asked for with, by name alone. */
  readonly sources: SelectorSet;
  /** Undefined where rules are not evaluated for this request. */
  readonly aggregation: ShardAggregation | undefined;
  /** Whether lines have to be held against the selectors in every family. */
  readonly filterLines: boolean;
  /** What the client asked for; parsed when first needed, which most requests do not. */
  readonly selectors: () => SelectorSet;
}

const passAll: FamilyAction = { pass: 'all' };

/**
 * What happens to the lines of a family: those that no rule reads came because a client selector matched them, and leave
 * unseen. A family that rules read was asked for by its name alone, so each of its lines is held against the selectors.
 */
export function createFamilyActions(deps: FamilyActionDeps): (name: string) => FamilyAction {
  const { rules, sources, aggregation, selectors, filterLines } = deps;
  return (name) => {
    if (!rules.keepSource(name)) return withRule('none', aggregation?.family(name));
    if (aggregation === undefined || sources.matchesName(name) === 'none') {
      return filterLines ? { pass: passing(name, selectors()) } : passAll;
    }
    return withRule(passing(name, selectors()), aggregation.family(name));
  };
}

function withRule(pass: FamilyAction['pass'], rule: FamilyAction['rule']): FamilyAction {
  return rule === undefined ? { pass } : { pass, rule };
}

function passing(name: string, selectors: SelectorSet): FamilyAction['pass'] {
  const matches = selectors.matchesName(name);
  return matches === 'some' ? (labels: LabelSet) => selectors.matches(name, labels) : matches;
}
