import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import type { NameUse } from '../../federate/rules/name-uses.ts';
import type { RatioUse } from '../../federate/rules/partial-aggregates.ts';

/** What is to be done with the series of one metric. */
export type SourceUse =
  | Extract<NameUse, { as: 'value' | 'weighted' | 'bucket' }>
  /** One side of a ratio, summed under its own name. */
  | { readonly as: 'term'; readonly rule: number; readonly name: string }
  | { readonly as: 'weight'; readonly rule: number; readonly name: string };

/** What has to be read for some outputs of rules. */
export interface SourceUses {
  /** By metric name; each use of a name once. */
  readonly byName: ReadonlyMap<string, readonly SourceUse[]>;
  /** Unique. */
  readonly ratios: readonly RatioUse[];
}

/** What to read of the metrics that exist, `names`, for the outputs whose names are wanted. */
export function sourceUses(
  names: Iterable<string>,
  rules: Pick<CompiledRules, 'uses'>,
  isWanted: (record: string) => boolean,
): SourceUses {
  const byName = new Map<string, Map<string, SourceUse>>();
  const ratios = new Map<string, RatioUse>();
  const add = (name: string, use: SourceUse): void => {
    const uses = byName.get(name) ?? new Map<string, SourceUse>();
    byName.set(name, uses);
    uses.set(JSON.stringify(use), use);
  };
  for (const name of new Set(names)) {
    for (const use of rules.uses(name).uses) {
      if (!('record' in use) || !isWanted(use.record)) continue;
      if (use.as !== 'trigger') {
        add(name, use);
        if (use.as === 'weighted') add(use.weight, { as: 'weight', rule: use.rule, name: use.weight });
        continue;
      }
      const { rule, record, numerator, denominator } = use;
      ratios.set(JSON.stringify([rule, record, numerator, denominator]), { rule, record, numerator, denominator });
      for (const term of [numerator, denominator]) add(term, { as: 'term', rule, name: term });
    }
  }
  return {
    byName: new Map([...byName].map(([name, uses]) => [name, [...uses.values()]])),
    ratios: [...ratios.values()],
  };
}
