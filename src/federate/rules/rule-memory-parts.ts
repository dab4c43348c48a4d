import type { CompiledRules } from './compile-rules.ts';
import { createContributionMemory, type ContributionMemory } from './contribution-memory.ts';
import { createGroupEvaluator, type GroupEvaluator } from './group-evaluator.ts';
import type { HeldValues } from './held-values.ts';
import { carryByRule, findKeptRules } from './kept-rules.ts';
import { createRatioMemory, type RatioMemory } from './ratio-memory.ts';
import { createRefusalLog, type RefusalLog } from './refusal-log.ts';
import { createShardAttendance, type ShardAttendance } from './shard-attendance.ts';
import type { SeatClaim, ShardSeats } from './shard-seats.ts';

export interface RuleMemoryOptions {
  /** How long a kept contribution stands in for one that does not come. */
  readonly lookbackDeltaMs: number;
  /** Contributions (one per group and shard) kept over all rules. */
  readonly maxContributions?: number;
}

/** What a memory of rules consists of. */
export interface RuleMemoryParts {
  readonly rules: CompiledRules['rules'];
  readonly shardNames: readonly string[];
  readonly lookbackDeltaMs: number;
  readonly contributions: ContributionMemory;
  readonly ratios: RatioMemory;
  /** By rule. */
  readonly attendance: readonly ShardAttendance[];
  readonly refusals: RefusalLog;
  readonly held: Map<string, HeldValues>;
  readonly evaluator: GroupEvaluator;
  readonly claim: SeatClaim;
  readonly shared: SharedMemory;
}

/** What the memories of all configurations have in common. */
export interface SharedMemory {
  readonly seats: ShardSeats;
  /** Answers that have begun. */
  combinations: number;
}

const defaultMaxContributions = 300_000;

export interface MemorySetting {
  readonly rules: Pick<CompiledRules, 'rules'>;
  readonly shardNames: readonly string[];
  readonly options: RuleMemoryOptions;
}

/** The parts for one configuration; those of the configuration before it lend what rules and shards have in common. */
export function createMemoryParts(
  { rules: { rules }, shardNames, options }: MemorySetting,
  shared: SharedMemory,
  before?: RuleMemoryParts,
): RuleMemoryParts {
  const { lookbackDeltaMs, maxContributions = defaultMaxContributions } = options;
  const windowMs = (rule: number): number => rules[rule]!.config.aggregationWindowMs;
  // How long contributions count is a part of them.
  const keeps = before?.lookbackDeltaMs === lookbackDeltaMs;
  const kept = keeps ? findKeptRules(configsOf(before.rules), configsOf(rules)) : new Map<number, number>();
  const attendance = rules.map(() => createShardAttendance());
  for (const [old, index] of kept) attendance[index] = before!.attendance[old]!;
  const held = carryByRule(before?.held ?? [], kept);
  const claim = shared.seats.claim(shardNames);
  const carried = before?.contributions.carry(kept);
  return {
    rules,
    shardNames,
    lookbackDeltaMs,
    contributions: createContributionMemory({
      lookbackDeltaMs,
      maxContributions,
      windowMs,
      ...(carried && { carried }),
    }),
    ratios: createRatioMemory(windowMs, before?.ratios.carry(kept)),
    attendance,
    refusals: createRefusalLog(before?.refusals.carry(kept)),
    held,
    evaluator: createGroupEvaluator({ rules, shardNames, seats: claim.seats, held }),
    claim,
    shared,
  };
}

function configsOf(rules: CompiledRules['rules']): CompiledRules['rules'][number]['config'][] {
  return rules.map(({ config }) => config);
}
