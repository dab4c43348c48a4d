import { compareUtf8 } from '../../model/compare-utf8.ts';
import type { ContributionMemory, GroupMemory } from './contribution-memory.ts';
import type { StateKind } from './float-aggregation.ts';
import type { RatioUse } from './partial-aggregates.ts';

/** One name that one rule gives values under, and the groups that they come from. */
export interface PlannedOutput {
  /** Unique and the same from answer to answer. */
  readonly id: string;
  readonly rule: number;
  readonly record: string;
  /** How the groups' contributions are merged. */
  readonly kind: StateKind;
  /** Sorted by labels. */
  readonly groups: readonly GroupMemory[];
  /** For a ratio, by group key: a group gives a value only if it is here too, as with a division in PromQL. */
  readonly denominators: ReadonlyMap<string, GroupMemory> | undefined;
}

/** What the rules could give now, in order of precedence: by rule, then by a fixed order of what a rule does. */
export function plannedOutputs(memory: ContributionMemory, ratios: readonly RatioUse[]): PlannedOutput[] {
  const outputs = ratios.flatMap((use) => plannedRatio(memory, use) ?? []);
  for (const stream of memory.streams()) {
    const { rule, kind, role, name } = stream.name;
    if (role === 'term') continue;
    outputs.push({ id: stream.id, rule, record: name, kind, groups: stream.sorted(), denominators: undefined });
  }
  return outputs.sort((a, b) => a.rule - b.rule || compareUtf8(a.id, b.id));
}

function plannedRatio(memory: ContributionMemory, use: RatioUse): PlannedOutput | undefined {
  const { rule, record, numerator, denominator } = use;
  const numerators = memory.stream({ rule, kind: 'sum', role: 'term', name: numerator });
  const denominators = memory.stream({ rule, kind: 'sum', role: 'term', name: denominator });
  if (numerators === undefined || denominators === undefined) return undefined;
  return {
    id: `${rule} ratio ${record} ${numerator} ${denominator}`,
    rule,
    record,
    kind: 'sum',
    groups: numerators.sorted(),
    denominators: denominators.groups,
  };
}
