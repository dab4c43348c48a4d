import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import type { AggregationRuleConfig } from '../../config/config.ts';
import { GatewayError } from '../../model/errors.ts';
import { compileOutput, type RuleOutputPlan } from './rule-output-plan.ts';
import { coversName, toNameSelector, type NamePattern } from './name-pattern.ts';
import type { NameUse, NameUses } from './name-uses.ts';

/** The aggregation rules, ready to be asked by metric name. Holds compiled expressions: build one per thread. */
export interface CompiledRules {
  readonly rules: readonly CompiledRule[];
  /**
   * PromQL selectors by metric name alone that between them select every series a rule reads: sources, weights,
   * numerators, denominators and buckets. Unique, in the order of the rules.
   */
  readonly sourceSelectors: readonly string[];
  /** What the rules do with metric `name`. Cached for the names asked last. */
  uses(name: string): NameUses;
  /** Whether an output of a rule may be called `name`. Never wrongly false; true for some names that cannot occur. */
  mayProduce(name: string): boolean;
  /** Whether series of metric `name` are passed on; false where a rule aggregates them and has `keep_source: false`. */
  keepSource(name: string): boolean;
}

export interface CompiledRule {
  /** Index in the configuration. */
  readonly index: number;
  readonly config: AggregationRuleConfig;
  /** As {@link CompiledRules.sourceSelectors}, of this rule alone. */
  readonly sourceSelectors: readonly string[];
  /** As {@link CompiledRules.mayProduce}, of this rule alone. */
  mayProduce(name: string): boolean;
}

interface RuleMatcher extends CompiledRule {
  /** The captures of `source` in `name` (the whole match first); undefined when it does not match. */
  captures(name: string): readonly string[] | undefined;
  readonly output: RuleOutputPlan;
}

/** Metric names whose uses are kept; a fleet has fewer, and a stream of made-up names must not fill the memory. */
const maxCachedNames = 10_000;

/**
 * Compiles validated rules; accepts the plain configuration, so that a worker can do it for itself.
 * @throws GatewayError `PG_CONFIG_INVALID` naming the rule: not RE2, unknown capture group, `avg` without a weight.
 */
export function compileRules(configs: readonly AggregationRuleConfig[]): CompiledRules {
  const rules = configs.map(compileRule);
  const uses = new LRUCache<string, NameUses>({ max: maxCachedNames, memoMethod: (name) => usesOf(name, rules) });
  const produced = new LRUCache<string, boolean>({
    max: maxCachedNames,
    memoMethod: (name) => rules.some((rule) => rule.mayProduce(name)),
  });
  return {
    rules,
    sourceSelectors: [...new Set(rules.flatMap((rule) => rule.sourceSelectors))],
    uses: (name) => uses.memo(name),
    mayProduce: (name) => produced.memo(name),
    keepSource: (name) => uses.memo(name).keep,
  };
}

function compileRule(config: AggregationRuleConfig, index: number): RuleMatcher {
  try {
    return toMatcher(config, index);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayError(
      'PG_CONFIG_INVALID',
      `aggregation rule ${index} (source ${JSON.stringify(config.source)}): ${reason}`,
      {
        cause: error,
      },
    );
  }
}

function toMatcher(config: AggregationRuleConfig, index: number): RuleMatcher {
  const source = RE2JS.compile(config.source, RE2JS.DOTALL);
  const groups = { count: source.groupCount(), names: source.namedGroups() };
  const output = compileOutput(config, index, groups);
  const read: NamePattern[] = [{ pattern: config.source, literal: undefined }, ...output.companions];
  return {
    index,
    config,
    output,
    sourceSelectors: read.map(toNameSelector),
    mayProduce: coversName(output.record),
    captures(name) {
      const match = source.matcher(name);
      if (!match.matches()) return undefined;
      return Array.from({ length: groups.count + 1 }, (_, group) => match.group(group) ?? '');
    },
  };
}

function usesOf(name: string, rules: readonly RuleMatcher[]): NameUses {
  const uses: NameUse[] = rules.flatMap((rule) => rule.output.companionUses(name));
  let keep = true;
  for (const rule of rules) {
    const captures = rule.captures(name);
    if (captures === undefined) continue;
    const use = rule.output.sourceUse(name, captures);
    uses.push(use);
    if (use.as !== 'refused' && !rule.config.keepSource) keep = false;
    if (!rule.config.continue) break;
  }
  return { uses, keep };
}
