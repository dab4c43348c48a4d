import type { AggregationRuleConfig } from '../../config/config.ts';
import { GatewayError } from '../../model/errors.ts';
import { autoOperation } from './auto-operation.ts';
import type { FloatOperation } from './float-aggregation.ts';
import { coversName, type NamePattern } from './name-pattern.ts';
import { parseNameTemplate, type CaptureGroups, type NameTemplate } from './name-template.ts';
import type { NameUse } from './name-uses.ts';

/** What one rule makes of the names it reads, apart from whether its `source` matches. */
export interface RuleOutputPlan {
  /** The names that outputs may have. */
  readonly record: NamePattern;
  /** The names that the rule reads beside its sources. */
  readonly companions: readonly NamePattern[];
  /** Uses of `name` as a companion of some source: by the companion's template alone, since sources may come later. */
  companionUses(name: string): readonly NameUse[];
  /** The use of `name` as a source. */
  sourceUse(name: string, captures: readonly string[]): NameUse;
}

type SourceUse = (name: string, record: string, captures: readonly string[]) => NameUse;

interface Companions {
  readonly templates: readonly NameTemplate[];
  readonly use: NameUse;
}

/** @throws GatewayError `PG_CONFIG_INVALID` without naming the rule. */
export function compileOutput(config: AggregationRuleConfig, rule: number, groups: CaptureGroups): RuleOutputPlan {
  const record = parseNameTemplate(config.record, groups);
  const { companions, sourceUse } = compileFunction(config, rule, groups);
  const covers = companions.templates.map(coversName);
  return {
    record,
    companions: companions.templates,
    companionUses: (name) => (covers.some((cover) => cover(name)) ? [companions.use] : []),
    sourceUse(name, captures) {
      const recordName = record.expand(captures);
      if (recordName === '') return { as: 'refused', rule, name, reason: 'the record template gives an empty name' };
      return sourceUse(name, recordName, captures);
    },
  };
}

interface CompiledFunction {
  readonly companions: Companions;
  readonly sourceUse: SourceUse;
}

function compileFunction(config: AggregationRuleConfig, rule: number, groups: CaptureGroups): CompiledFunction {
  if (config.ratioOf !== undefined) return compileRatio(config.ratioOf, rule, groups);
  const none: Companions = { templates: [], use: { as: 'term', rule } };
  if (config.quantile !== undefined) {
    return { companions: none, sourceUse: (_, record) => ({ as: 'bucket', rule, record }) };
  }
  if (config.function === 'avg') return compileAverage(config.weight, rule, groups);
  return { companions: none, sourceUse: compileOperation(config.function, rule) };
}

function compileOperation(operation: FloatOperation | 'auto', rule: number): SourceUse {
  if (operation !== 'auto') return (_, record) => ({ as: 'value', rule, record, operation });
  return (name, record) => {
    const read = autoOperation(name);
    if ('refused' in read) return { as: 'refused', rule, name, reason: read.refused };
    return { as: 'value', rule, record, operation: read.operation };
  };
}

function compileAverage(weightText: string | undefined, rule: number, groups: CaptureGroups): CompiledFunction {
  if (weightText === undefined) {
    throw new GatewayError('PG_CONFIG_INVALID', 'function avg needs a weight, or ratio_of a sum and a count');
  }
  const weight = parseNameTemplate(weightText, groups);
  return {
    companions: { templates: [weight], use: { as: 'weight', rule } },
    sourceUse: (_, record, captures) => ({ as: 'weighted', rule, record, weight: weight.expand(captures) }),
  };
}

function compileRatio(terms: readonly [string, string], rule: number, groups: CaptureGroups): CompiledFunction {
  const [numerator, denominator] = [parseNameTemplate(terms[0], groups), parseNameTemplate(terms[1], groups)];
  return {
    companions: { templates: [numerator, denominator], use: { as: 'term', rule } },
    sourceUse: (_, record, captures) => ({
      as: 'trigger',
      rule,
      record,
      numerator: numerator.expand(captures),
      denominator: denominator.expand(captures),
    }),
  };
}
