import type { CompiledRules } from './compile-rules.ts';
import { createContributionMemory, type Moment } from './contribution-memory.ts';
import { createGroupEvaluator } from './group-evaluator.ts';
import { orderOutputs } from './output-order.ts';
import { plannedOutputs } from './planned-outputs.ts';
import type { PartialAggregates } from './partial-aggregates.ts';
import { createRatioMemory } from './ratio-memory.ts';
import { createRefusalLog } from './refusal-log.ts';
import type { RuleResult } from './rule-result.ts';
import type { RuleScope } from './rule-scope.ts';
import { createShardAttendance } from './shard-attendance.ts';

export interface RuleMemoryOptions {
  /** How long a kept contribution stands in for one that does not come. */
  readonly lookbackDeltaMs: number;
  /** Contributions (one per group and shard) kept over all rules. */
  readonly maxContributions?: number;
}

/** Remembers what the shards contributed, and makes the job-level samples of each answer from it. */
export interface RuleMemory {
  /**
   * The outputs as of `nowMs`. A shard that is not in `answers` counts as failed. Answers of concurrent requests may be
   * combined in any order: of two contributions the newer one stays.
   * @throws GatewayError `PG_LIMIT_GROUPS` when more contributions would have to be kept than may be.
   */
  combine(answers: ReadonlyMap<string, PartialAggregates | 'failed'>, nowMs: number, scope?: RuleScope): RuleResult;
}

const defaultMaxContributions = 300_000;
const everything: RuleScope = { key: '', covers: () => true };

/** One memory per configuration: after a reload nothing is known of any shard. `shardNames` are unique. */
export function createRuleMemory(
  { rules }: Pick<CompiledRules, 'rules'>,
  shardNames: readonly string[],
  { lookbackDeltaMs, maxContributions = defaultMaxContributions }: RuleMemoryOptions,
): RuleMemory {
  const windowMs = (rule: number): number => rules[rule]!.config.aggregationWindowMs;
  const contributions = createContributionMemory({ lookbackDeltaMs, maxContributions, windowMs });
  const ratios = createRatioMemory(windowMs);
  const attendance = createShardAttendance(shardNames.length);
  const refusals = createRefusalLog();
  const evaluator = createGroupEvaluator({ rules, shardNames, contributions });
  let combinations = 0;

  const absorb = (answered: readonly Answer[], moment: Moment): void => {
    contributions.forget(moment.nowMs);
    ratios.forget(moment.nowMs);
    for (const { shard, partial } of answered) {
      for (const stream of partial.streams) contributions.absorb(shard, stream, moment);
      for (const use of partial.ratios) ratios.absorb(use, moment.nowMs);
    }
  };

  return {
    combine(answers, nowMs, scope = everything) {
      combinations += 1;
      const moment = { nowMs, number: combinations };
      const { answered, failed } = split(shardNames, answers);
      absorb(answered, moment);
      for (const { shard } of answered) attendance.answered(shard, scope.key);
      const unknown = new Set(failed.filter((shard) => !attendance.isKnown(shard, scope.key)));
      const planned = plannedOutputs(contributions, ratios.uses());
      const { runs, tally } = evaluator.evaluate(planned, { moment, unknown, scope });
      const partials = answered.map(({ partial }) => partial);
      const coverage = tally.records();
      return {
        ...orderOutputs(runs),
        ...refusals.report(partials),
        coverage,
        shardCoverage: tally.shards(),
        withheld: sumOf(coverage, (entry) => entry.withheld),
        held: sumOf(coverage, (entry) => entry.held),
        partial: sumOf(coverage, (entry) => entry.partial),
        unweighted: sumOf(partials, (partial) => partial.unweighted),
        badBuckets: sumOf(partials, (partial) => partial.badBuckets),
      };
    },
  };
}

interface Answer {
  readonly shard: number;
  readonly partial: PartialAggregates;
}

function split(
  shardNames: readonly string[],
  answers: ReadonlyMap<string, PartialAggregates | 'failed'>,
): { answered: Answer[]; failed: number[] } {
  const answered: Answer[] = [];
  const failed: number[] = [];
  for (const [shard, name] of shardNames.entries()) {
    const partial = answers.get(name) ?? 'failed';
    if (partial === 'failed') failed.push(shard);
    else answered.push({ shard, partial });
  }
  return { answered, failed };
}

function sumOf<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}
