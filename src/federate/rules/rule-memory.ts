import type { CompiledRules } from './compile-rules.ts';
import { createContributionMemory, type ContributionMemory } from './contribution-memory.ts';
import { createGroupEvaluator, type GroupEvaluator } from './group-evaluator.ts';
import { orderOutputs } from './output-order.ts';
import { plannedOutputs } from './planned-outputs.ts';
import type { PartialAggregates } from './partial-aggregates.ts';
import { createRatioMemory, type RatioMemory } from './ratio-memory.ts';
import { createRefusalLog, type RefusalLog } from './refusal-log.ts';
import type { RuleResult } from './rule-result.ts';
import type { RuleScope } from './rule-scope.ts';
import { createShardAttendance, type ShardAttendance } from './shard-attendance.ts';
import type { Steps } from './steps.ts';

export interface RuleMemoryOptions {
  /** How long a kept contribution stands in for one that does not come. */
  readonly lookbackDeltaMs: number;
  /** Contributions (one per group and shard) kept over all rules. */
  readonly maxContributions?: number;
}

/** Remembers what the shards contributed, and makes the job-level samples of each answer from it. */
export interface RuleMemory {
  /** Begins an answer; `scope` is left out when it reads all of the rules' sources. */
  begin(scope?: RuleScope): Combination;
}

/**
 * The shards' contributions to one answer. Answers of concurrent requests may be combined in any order: of two
 * contributions the newer one stays. Of all steps on one memory, one call's must end before another's begin.
 */
export interface Combination {
  /**
   * Takes what a shard gave, at most once for each; shards are indices into the names.
   * @throws GatewayError `PG_LIMIT_GROUPS` when more contributions would have to be kept than may be.
   */
  absorb(shard: number, partial: PartialAggregates, nowMs: number): Steps<void>;
  /** The outputs as of `nowMs`. A shard of which nothing was absorbed counts as failed. */
  evaluate(nowMs: number): Steps<RuleResult>;
}

interface Parts {
  readonly shardNames: readonly string[];
  readonly contributions: ContributionMemory;
  readonly ratios: RatioMemory;
  readonly attendance: ShardAttendance;
  readonly refusals: RefusalLog;
  readonly evaluator: GroupEvaluator;
}

const defaultMaxContributions = 300_000;

/** One memory per configuration: after a reload nothing is known of any shard. `shardNames` are unique. */
export function createRuleMemory(
  { rules }: Pick<CompiledRules, 'rules'>,
  shardNames: readonly string[],
  { lookbackDeltaMs, maxContributions = defaultMaxContributions }: RuleMemoryOptions,
): RuleMemory {
  const windowMs = (rule: number): number => rules[rule]!.config.aggregationWindowMs;
  const shards = shardNames.length;
  const parts: Parts = {
    shardNames,
    contributions: createContributionMemory({ shards, lookbackDeltaMs, maxContributions, windowMs }),
    ratios: createRatioMemory(windowMs),
    attendance: createShardAttendance(shards),
    refusals: createRefusalLog(),
    evaluator: createGroupEvaluator({ rules, shardNames }),
  };
  let combinations = 0;
  return {
    begin(scope) {
      combinations += 1;
      return createCombination(parts, combinations, scope);
    },
  };
}

function createCombination(parts: Parts, number: number, scope: RuleScope | undefined): Combination {
  const { shardNames, contributions, ratios, attendance, refusals, evaluator } = parts;
  const scopeKey = scope?.key ?? '';
  /** By shard, without the contributions. */
  const answered = new Map<number, Omit<PartialAggregates, 'streams'>>();

  const forget = function* (nowMs: number): Steps<void> {
    yield* contributions.forget(nowMs);
    ratios.forget(nowMs);
  };

  return {
    *absorb(shard, { streams, ...rest }, nowMs) {
      yield* forget(nowMs);
      for (const stream of streams) yield* contributions.absorb(shard, stream, { nowMs, number });
      for (const use of rest.ratios) ratios.absorb(use, nowMs);
      attendance.answered(shard, scopeKey);
      answered.set(shard, rest);
    },
    *evaluate(nowMs) {
      yield* forget(nowMs);
      yield* contributions.settle();
      const failed = [...shardNames.keys()].filter((shard) => !answered.has(shard));
      const unknown = new Set(failed.filter((shard) => !attendance.isKnown(shard, scopeKey)));
      const planned = plannedOutputs(contributions, ratios.uses());
      const { runs, tally } = yield* evaluator.evaluate(planned, { moment: { nowMs, number }, unknown, scope });
      const ordered = yield* orderOutputs(runs);
      const partials = [...answered.values()];
      const coverage = tally.records();
      return {
        ...ordered,
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

function sumOf<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}
