import type { CompiledRule } from './compile-rules.ts';
import type { Contribution, ContributionMemory, GroupMemory, Moment } from './contribution-memory.ts';
import { createCoverageTally, type CoverageTally, type GroupOutcome } from './coverage-tally.ts';
import { createPresenceReader, type GroupPresence, type ReadPresence } from './group-presence.ts';
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

interface EvaluationInput {
  readonly moment: Moment;
  /** Shards that failed now and of whose groups nothing is known. */
  readonly unknown: ReadonlySet<number>;
  readonly scope: RuleScope;
}

interface Evaluation {
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
      const readPresence = createPresenceReader({ shards: shardNames.length, unknown, isUsable });
      const runs = planned.map((output): OutputRun => {
        const judge = { output, rule: rules[output.rule]!, held, nowMs: moment.nowMs };
        const count = tally.counter(output);
        return {
          name: output.record,
          rule: output.rule,
          groups: evaluateOutput(judge, { readPresence, scope, count }),
        };
      });
      return { runs, tally };
    },
  };
}

interface Judge {
  readonly output: PlannedOutput;
  readonly rule: CompiledRule;
  readonly held: HeldValues;
  readonly nowMs: number;
}

interface GroupReading {
  readonly readPresence: ReadPresence;
  readonly scope: RuleScope;
  readonly count: (presence: GroupPresence, outcome: GroupOutcome) => void;
}

function evaluateOutput(judge: Judge, { readPresence, scope, count }: GroupReading): OutputGroup[] {
  const { rule, record, groups, denominators } = judge.output;
  const outputs: OutputGroup[] = [];
  for (const group of groups) {
    if (!scope.covers({ rule, record, labels: group.labels })) continue;
    const terms = termsOf(group, denominators);
    if (terms === undefined) continue;
    const presence = readPresence(terms);
    const { outcome, value } = judgeGroup(judge, group, presence);
    count(presence, outcome);
    outputs.push({ labels: group.labels, value });
  }
  return outputs;
}

function termsOf(group: GroupMemory, denominators: PlannedOutput['denominators']): GroupMemory[] | undefined {
  if (denominators === undefined) return [group];
  const denominator = denominators.get(group.key);
  return denominator === undefined ? undefined : [group, denominator];
}

interface Judgement {
  readonly outcome: GroupOutcome;
  readonly value: number | undefined;
}

const withheld: Judgement = { outcome: 'withheld', value: undefined };

function judgeGroup({ output, rule, held, nowMs }: Judge, { key }: GroupMemory, presence: GroupPresence): Judgement {
  const { expected, contributed, usable } = presence;
  const { onMissingShard, holdForMs, quantile = Number.NaN } = rule.config;
  const hasValue = usable.every((contributions) => contributions.length > 0);
  const isComplete = hasValue && expected.length === contributed.length;
  if (isComplete || (hasValue && onMissingShard === 'partial')) {
    const value = valueOf(output, usable, quantile);
    if (onMissingShard === 'hold') held.remember(`${output.id} ${key}`, value, nowMs + holdForMs);
    return { outcome: isComplete ? 'complete' : 'partial', value };
  }
  const last = onMissingShard === 'hold' ? held.recall(`${output.id} ${key}`, nowMs) : undefined;
  return last === undefined ? withheld : { outcome: 'held', value: last };
}

function valueOf({ kind, denominators }: PlannedOutput, usable: GroupPresence['usable'], quantile: number): number {
  const value = groupValue(kind, usable[0]!, quantile);
  return denominators === undefined ? value : value / groupValue(kind, usable[1]!, quantile);
}
