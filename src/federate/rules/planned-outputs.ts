import { compareUtf8 } from '../../model/compare-utf8.ts';
import type { ContributionMemory } from './contribution-memory.ts';
import { streamId, type RatioUse } from './partial-aggregates.ts';
import type { StreamMemory } from './stream-memory.ts';

/** One name that one rule gives values under, and the groups that they come from. */
export interface PlannedOutput {
  /** Unique and the same from answer to answer. */
  readonly id: string;
  readonly rule: number;
  readonly record: string;
  /** Has the groups, and for all but a ratio their values. */
  readonly numerator: StreamMemory;
  /** For a ratio: a group gives a value only if it is here too, as with a division in PromQL. */
  readonly denominator: StreamMemory | undefined;
}

/** What the rules could give now, in order of precedence: by rule, then by a fixed order of what a rule does. */
export function plannedOutputs(memory: ContributionMemory, ratios: readonly RatioUse[]): PlannedOutput[] {
  const outputs = ratios.flatMap((use) => plannedRatio(memory, use) ?? []);
  for (const { name: streamName, stream } of memory.streams()) {
    const { rule, role, name } = streamName;
    if (role === 'term') continue;
    outputs.push({ id: streamId(streamName), rule, record: name, numerator: stream, denominator: undefined });
  }
  return outputs.sort((a, b) => a.rule - b.rule || compareUtf8(a.id, b.id));
}

function plannedRatio(memory: ContributionMemory, use: RatioUse): PlannedOutput | undefined {
  const { rule, record } = use;
  const numerator = memory.stream({ rule, kind: 'sum', role: 'term', name: use.numerator });
  const denominator = memory.stream({ rule, kind: 'sum', role: 'term', name: use.denominator });
  if (numerator === undefined || denominator === undefined) return undefined;
  return { id: `${rule} ratio ${record} ${use.numerator} ${use.denominator}`, rule, record, numerator, denominator };
}
