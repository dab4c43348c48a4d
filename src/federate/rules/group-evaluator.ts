import type { CompiledRule } from './compile-rules.ts';
import type { Moment } from './contribution-slots.ts';
import { createCoverageTally, type CoverageTally, type GroupOutcome } from './coverage-tally.ts';
import { createPresenceReader, type GroupPresence, type ReadPresence } from './group-presence.ts';
import { groupValue } from './group-value.ts';
import { createHeldValues, type HeldValues } from './held-values.ts';
import { parseLabelKey } from './label-key.ts';
import type { OutputRun } from './output-order.ts';
import type { PlannedOutput } from './planned-outputs.ts';
import type { RuleScope } from './rule-scope.ts';
import { itemsPerStep, type Steps } from './steps.ts';
import type { StreamTerm } from './stream-memory.ts';

export interface GroupEvaluatorOptions {
  readonly rules: readonly CompiledRule[];
  readonly shardNames: readonly string[];
  /** Of the shards. */
  readonly seats: readonly number[];
  /** By output. */
  readonly held: Map<string, HeldValues>;
}

interface EvaluationInput {
  readonly moment: Moment;
  /** Shards that failed now and of whose groups, by this rule, nothing is known. */
  readonly unknown: (rule: number) => ReadonlySet<number>;
  /** Undefined: everything. */
  readonly scope: RuleScope | undefined;
}

interface Evaluation {
  readonly runs: OutputRun[];
  readonly tally: CoverageTally;
}

/** Decides for each group whether it is complete, and gives its value or applies the rule's `on_missing_shard`. */
export interface GroupEvaluator {
  evaluate(planned: readonly PlannedOutput[], input: EvaluationInput): Steps<Evaluation>;
}

export function createGroupEvaluator({ rules, shardNames, seats, held }: GroupEvaluatorOptions): GroupEvaluator {
  const forgetHeld = function* (nowMs: number): Steps<void> {
    for (const [id, values] of held) {
      yield;
      values.forget(nowMs);
      if (values.size === 0) held.delete(id);
    }
  };
  const heldBy = ({ id, rule }: PlannedOutput): HeldValues | undefined => {
    if (rules[rule]!.config.onMissingShard !== 'hold') return undefined;
    const values = held.get(id) ?? createHeldValues();
    held.set(id, values);
    return values;
  };

  return {
    *evaluate(planned, { moment, unknown, scope }) {
      yield* forgetHeld(moment.nowMs);
      const tally = createCoverageTally(shardNames);
      const runs: OutputRun[] = [];
      for (const output of planned) {
        const judge = { output, rule: rules[output.rule]!, held: heldBy(output), moment, seats };
        const readPresence = createPresenceReader({ shards: seats.length, unknown: unknown(output.rule) });
        runs.push(yield* evaluateOutput(judge, { readPresence, scope, count: tally.counter(output) }));
      }
      return { runs, tally };
    },
  };
}

interface Judge {
  readonly output: PlannedOutput;
  readonly rule: CompiledRule;
  /** Set where the rule holds. */
  readonly held: HeldValues | undefined;
  readonly moment: Moment;
  readonly seats: readonly number[];
}

interface GroupReading {
  readonly readPresence: ReadPresence;
  readonly scope: RuleScope | undefined;
  readonly count: (presence: GroupPresence, outcome: GroupOutcome) => void;
}

function* evaluateOutput(judge: Judge, { readPresence, scope, count }: GroupReading): Steps<OutputRun> {
  const { rule, record, numerator } = judge.output;
  const moveTo = createTerms(judge);
  const keys: string[] = [];
  const values: (number | undefined)[] = [];
  const ofStream = numerator.keys;
  for (let i = 0; i < ofStream.length; i++) {
    if (i % itemsPerStep === 0) yield;
    const key = ofStream[i]!;
    if (scope !== undefined && !scope.covers({ rule, record, labels: parseLabelKey(key) })) continue;
    const terms = moveTo(key);
    if (terms === undefined) continue;
    const presence = readPresence(terms);
    // Left by a shard that the configuration no longer has.
    if (presence.expected.length === 0) continue;
    const { outcome, value } = judgeGroup(judge, key, presence);
    count(presence, outcome);
    keys.push(key);
    values.push(value);
  }
  return { name: record, rule, keys, values };
}

/** What moves the terms of an output to a group; undefined when one of them does not have it. */
function createTerms({ output, moment, seats }: Judge): (key: string) => readonly StreamTerm[] | undefined {
  const streams = output.denominator === undefined ? [output.numerator] : [output.numerator, output.denominator];
  const terms = streams.map((stream) => stream.term(moment, seats));
  return (key) => {
    for (let i = 0; i < streams.length; i++) {
      const group = streams[i]!.groupOf(key);
      if (group === undefined) return undefined;
      terms[i]!.group = group;
    }
    return terms;
  };
}

interface Judgement {
  readonly outcome: GroupOutcome;
  readonly value: number | undefined;
}

const withheld: Judgement = { outcome: 'withheld', value: undefined };

function judgeGroup({ output, rule, held, moment }: Judge, key: string, presence: GroupPresence): Judgement {
  const { expected, contributed, usable } = presence;
  const { onMissingShard, holdForMs, quantile = Number.NaN } = rule.config;
  const hasValue = usable.every((slots) => slots.length > 0);
  const isComplete = hasValue && expected.length === contributed.length;
  if (isComplete || (hasValue && onMissingShard === 'partial')) {
    const value = valueOf(output, usable, quantile);
    held?.remember(key, value, moment.nowMs + holdForMs);
    return { outcome: isComplete ? 'complete' : 'partial', value };
  }
  const last = held?.recall(key, moment.nowMs);
  return last === undefined ? withheld : { outcome: 'held', value: last };
}

function valueOf(
  { numerator, denominator }: PlannedOutput,
  [slots, others]: GroupPresence['usable'],
  quantile: number,
): number {
  const value = groupValue({ kind: numerator.kind, states: numerator.states, slots: slots! }, quantile);
  if (denominator === undefined) return value;
  return value / groupValue({ kind: denominator.kind, states: denominator.states, slots: others! }, quantile);
}
