import type { AggregationRuleConfig } from '../../../../src/config/config.ts';
import { compileRules, type CompiledRules } from '../../../../src/federate/rules/compile-rules.ts';
import type { PartialAggregates } from '../../../../src/federate/rules/partial-aggregates.ts';
import { createRuleMemory, type RuleMemory } from '../../../../src/federate/rules/rule-memory.ts';
import type { RuleMemoryOptions } from '../../../../src/federate/rules/rule-memory-parts.ts';
import type { RuleOutput, RuleResult } from '../../../../src/federate/rules/rule-result.ts';
import type { RuleScope } from '../../../../src/federate/rules/rule-scope.ts';
import { createShardAggregation } from '../../../../src/federate/rules/shard-aggregation.ts';
import { labels } from './rule-config.ts';
import { toTheEnd } from './to-the-end.ts';

export type FleetSeries = readonly [name: string, labels: Record<string, string>, value: number, atS?: number];
type FleetAnswers = Readonly<Record<string, readonly FleetSeries[] | 'failed'>>;

/** A result whose outputs have all been made. */
type FleetResult = Omit<RuleResult, 'outputs'> & { readonly outputs: readonly RuleOutput[] };

export interface RuleFleet {
  /** Combines the shards' series as of `nowS`; a series without `atS` was sampled then. Seconds, for short timelines. */
  at(nowS: number, answers: FleetAnswers, scope?: RuleScope): FleetResult;
  /** The same with the next configuration; this one still answers. */
  reconfigured(configs: readonly AggregationRuleConfig[], shards?: readonly string[]): RuleFleet;
  /** Begins an answer that the caller drives by itself. */
  begin(): {
    absorb(shard: string, series: readonly FleetSeries[], nowS: number): void;
    evaluate(nowS: number): FleetResult;
    end(): void;
  };
}

/** Shards with the real worker side in front of the rule memory; lookback delta 300 s, shards `s0`, `s1`, `s2`. */
export function createRuleFleet(
  configs: readonly AggregationRuleConfig[],
  { shards = ['s0', 's1', 's2'], ...options }: Partial<RuleMemoryOptions> & { shards?: string[] } = {},
): RuleFleet {
  const rules = compileRules(configs);
  const memoryOptions = { lookbackDeltaMs: 300_000, ...options };
  return fleetOf(rules, shards, { memory: createRuleMemory(rules, shards, memoryOptions), memoryOptions });
}

function fleetOf(
  rules: CompiledRules,
  shards: readonly string[],
  { memory, memoryOptions }: { readonly memory: RuleMemory; readonly memoryOptions: RuleMemoryOptions },
): RuleFleet {
  const aggregate = (series: readonly FleetSeries[], nowS: number): PartialAggregates => {
    const shard = createShardAggregation(rules, { maxGroupsPerRule: 0 });
    for (const [name, pairs, value, atS = nowS] of series) {
      shard.family(name)?.(labels(pairs), value, atS * 1000);
    }
    return structuredClone(shard.result());
  };
  const begin = (scope?: RuleScope): ReturnType<RuleFleet['begin']> => {
    const combination = memory.begin(scope);
    return {
      absorb: (shard, series, nowS) =>
        toTheEnd(combination.absorb(shards.indexOf(shard), aggregate(series, nowS), nowS * 1000)),
      evaluate(nowS) {
        const result = toTheEnd(combination.evaluate(nowS * 1000));
        return { ...result, outputs: [...result.outputs] };
      },
      end: () => combination.end(),
    };
  };
  return {
    begin,
    at(nowS, answers, scope) {
      const answer = begin(scope);
      for (const [shard, series] of Object.entries(answers)) {
        if (series !== 'failed') answer.absorb(shard, series, nowS);
      }
      const result = answer.evaluate(nowS);
      answer.end();
      return result;
    },
    reconfigured(configs, nextShards = shards) {
      const next = compileRules(configs);
      const nextMemory = toTheEnd(memory.continueAs(next, nextShards, memoryOptions));
      return fleetOf(next, nextShards, { memory: nextMemory, memoryOptions });
    },
  };
}

/** `name{label,value,…}` → value, in the order of the result. */
export function outputsOf({ outputs }: FleetResult): Record<string, number> {
  return Object.fromEntries(outputs.map(({ name, labels, value }) => [`${name}{${labels.join(',')}}`, value]));
}
