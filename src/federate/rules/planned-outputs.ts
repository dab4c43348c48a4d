import { compareUtf8 } from '../../model/compare-utf8.ts';
import type { ContributionMemory, GroupMemory, StreamMemory } from './contribution-memory.ts';
import type { StateKind } from './float-aggregation.ts';
import type { RatioUse } from './partial-aggregates.ts';

/** One name that one rule gives values under, and the groups that they come from. */
export interface PlannedOutput {
  /** Unique and the same from answer to answer. */
  readonly id: string;
  readonly rule: number;
  readonly record: string;
  readonly kind: StateKind | 'ratio';
  /** Sorted by labels. */
  readonly groups: readonly PlannedGroup[];
}

export interface PlannedGroup {
  readonly key: string;
  /** One group, or for a ratio the numerator's and the denominator's. */
  readonly terms: readonly GroupMemory[];
}

/** What the rules could give now, in order of precedence: by rule, then by a fixed order of what a rule does. */
export function plannedOutputs(memory: ContributionMemory, ratios: readonly RatioUse[]): PlannedOutput[] {
  const outputs = ratios.flatMap((use) => plannedRatio(memory, use) ?? []);
  for (const stream of memory.streams()) {
    if (stream.name.role === 'record') outputs.push(plannedStream(stream));
  }
  return outputs.sort((a, b) => a.rule - b.rule || compareUtf8(a.id, b.id));
}

function plannedStream(stream: StreamMemory): PlannedOutput {
  const { rule, kind, name } = stream.name;
  const groups = stream.sorted().map((group) => ({ key: group.key, terms: [group] }));
  return { id: stream.id, rule, record: name, kind, groups };
}

/** A group needs both terms, as the operands of a division in PromQL do. */
function plannedRatio(memory: ContributionMemory, use: RatioUse): PlannedOutput | undefined {
  const { rule, record } = use;
  const numerators = memory.stream({ rule, kind: 'sum', role: 'term', name: use.numerator });
  const denominators = memory.stream({ rule, kind: 'sum', role: 'term', name: use.denominator });
  if (numerators === undefined || denominators === undefined) return undefined;
  const groups: PlannedGroup[] = [];
  for (const numerator of numerators.sorted()) {
    const denominator = denominators.groups.get(numerator.key);
    if (denominator !== undefined) groups.push({ key: numerator.key, terms: [numerator, denominator] });
  }
  return { id: `${rule} ratio ${record} ${use.numerator} ${use.denominator}`, rule, record, kind: 'ratio', groups };
}
