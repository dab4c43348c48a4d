import type { CompiledRules } from './compile-rules.ts';
import { orderOutputs } from './output-order.ts';
import { plannedOutputs } from './planned-outputs.ts';
import type { PartialAggregates } from './partial-aggregates.ts';
import { createMemoryParts, type RuleMemoryOptions, type RuleMemoryParts } from './rule-memory-parts.ts';
import type { RuleResult } from './rule-result.ts';
import type { RuleScope } from './rule-scope.ts';
import { createShardSeats } from './shard-seats.ts';
import type { Steps } from './steps.ts';

/** Remembers what the shards contributed, and makes the job-level samples of each answer from it. */
export interface RuleMemory {
  /** Begins an answer; `scope` is left out when it reads all of the rules' sources. */
  begin(scope?: RuleScope): Combination;
  /**
   * The memory for the next configuration: of rules that it keeps and of shards that it has under the same name, it knows
   * what this one knows, also what answers under way here still bring. To be asked for once.
   */
  continueAs(
    rules: Pick<CompiledRules, 'rules'>,
    shardNames: readonly string[],
    options: RuleMemoryOptions,
  ): Steps<RuleMemory>;
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
  /** To be called once, however the answer ended, when no step of it is left. */
  end(): void;
}

/** The memory of the first configuration. `shardNames` are unique. */
export function createRuleMemory(
  rules: Pick<CompiledRules, 'rules'>,
  shardNames: readonly string[],
  options: RuleMemoryOptions,
): RuleMemory {
  const shared = { seats: createShardSeats(), combinations: 0 };
  return toMemory(createMemoryParts({ rules, shardNames, options }, shared));
}

function toMemory(parts: RuleMemoryParts): RuleMemory {
  const { shared, claim } = parts;
  let running = 0;
  let isLatest = true;
  const releaseWhenDone = (): void => {
    if (!isLatest && running === 0) claim.release();
  };
  return {
    begin(scope) {
      shared.combinations += 1;
      running += 1;
      const end = (): void => {
        running -= 1;
        releaseWhenDone();
      };
      return { ...createCombination(parts, shared.combinations, scope), end };
    },
    *continueAs(rules, shardNames, options) {
      const next = createMemoryParts({ rules, shardNames, options }, shared, parts);
      for (const seat of next.claim.taken) {
        yield* next.contributions.clear(seat);
        for (const attendance of next.attendance) attendance.forget(seat);
      }
      isLatest = false;
      releaseWhenDone();
      return toMemory(next);
    },
  };
}

function createCombination(
  parts: RuleMemoryParts,
  number: number,
  scope: RuleScope | undefined,
): Omit<Combination, 'end'> {
  const { shardNames, contributions, ratios, attendance, refusals, evaluator } = parts;
  const { seats } = parts.claim;
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
      for (const stream of streams) yield* contributions.absorb(seats[shard]!, stream, { nowMs, number });
      for (const use of rest.ratios) ratios.absorb(use, nowMs);
      for (const rule of attendance) rule.answered(seats[shard]!, scopeKey);
      answered.set(shard, rest);
    },
    *evaluate(nowMs) {
      yield* forget(nowMs);
      yield* contributions.settle();
      const failed = [...shardNames.keys()].filter((shard) => !answered.has(shard));
      const unknown = (rule: number): ReadonlySet<number> =>
        new Set(failed.filter((shard) => !attendance[rule]!.isKnown(seats[shard]!, scopeKey)));
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
