import type { AggregationRuleConfig } from '../../config/config.ts';
import type { CompiledRule } from './compile-rules.ts';
import type { Contribution, ContributionMemory, Moment } from './contribution-memory.ts';
import { createCoverageTally, type CoverageTally, type GroupOutcome } from './coverage-tally.ts';
import { groupPresence, type GroupPresence } from './group-presence.ts';
import { groupValue } from './group-value.ts';
import { createHeldValues, type HeldValues } from './held-values.ts';
import type { OutputGroup, OutputRun } from './output-order.ts';
import type { PlannedOutput } from './planned-outputs.ts';
import type { RuleScope } from './rule-scope.ts';

export interface GroupEvaluatorOptions {
  readonly rules: readonly CompiledRule[];
  readonly shardNames: readonly string[];
  readonly contributions: Pick<ContributionMemory, 'isUsable'>;
}

export interface EvaluationInput {
  readonly moment: Moment;
  /** Shards that failed now and of whose groups nothing is known. */
  readonly unknown: ReadonlySet<number>;
  readonly scope: RuleScope;
}

export interface Evaluation {
  readonly runs: OutputRun[];
  readonly tally: CoverageTally;
}

/** Decides for each group whether it is complete, and gives its value or applies the rule's `on_missing_shard`. */
export interface GroupEvaluator {
  evaluate(planned: readonly PlannedOutput[], input: EvaluationInput): Evaluation;
}

export function createGroupEvaluator({ rules, shardNames, contributions }: GroupEvaluatorOptions): GroupEvaluator {
  const held = createHeldValues();
  return {
    evaluate(planned, { moment, unknown, scope }) {
      held.forget(moment.nowMs);
      const tally = createCoverageTally(shardNames);
      const isUsable = (contribution: Contribution): boolean => contributions.isUsable(contribution, moment);
      const runs = planned.map((output): OutputRun => {
        const { rule, record } = output;
        const { config } = rules[rule]!;
        const groups: OutputGroup[] = [];
        for (const { key, terms } of output.groups) {
          const { labels } = terms[0]!;
          if (!scope.covers({ rule, record, labels })) continue;
          const presence = groupPresence({ terms, shards: shardNames.length, unknown, isUsable });
          const judge = { config, held, key: `${output.id} ${key}`, nowMs: moment.nowMs };
          const { outcome, value } = judgeGroup(judge, presence, () => valueOf(output, presence, config));
          tally.count(output, presence, outcome);
          groups.push({ labels, value });
        }
        return { name: record, rule, groups };
      });
      return { runs, tally };
    },
  };
}

interface Judge {
  readonly config: AggregationRuleConfig;
  readonly held: HeldValues;
  readonly key: string;
  readonly nowMs: number;
}

interface Judgement {
  readonly outcome: GroupOutcome;
  readonly value: number | undefined;
}

const withheld: Judgement = { outcome: 'withheld', value: undefined };

function judgeGroup({ config, held, key, nowMs }: Judge, presence: GroupPresence, value: () => number): Judgement {
  const { expected, contributed, usable } = presence;
  const hasValue = usable.every((contributions) => contributions.length > 0);
  const holds = config.onMissingShard === 'hold';
  if (hasValue && expected.length === contributed.length) {
    const complete = value();
    if (holds) held.remember(key, complete, nowMs + config.holdForMs);
    return { outcome: 'complete', value: complete };
  }
  if (config.onMissingShard === 'partial') return hasValue ? { outcome: 'partial', value: value() } : withheld;
  const last = holds ? held.recall(key, nowMs) : undefined;
  return last === undefined ? withheld : { outcome: 'held', value: last };
}

function valueOf(output: PlannedOutput, { usable }: GroupPresence, config: AggregationRuleConfig): number {
  if (output.kind !== 'ratio') return groupValue(output.kind, usable[0]!, config.quantile ?? Number.NaN);
  return groupValue('sum', usable[0]!, Number.NaN) / groupValue('sum', usable[1]!, Number.NaN);
}
