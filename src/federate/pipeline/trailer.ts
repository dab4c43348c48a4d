import { compareUtf8 } from '../../model/compare-utf8.ts';
import { Hash64Set } from '../../model/hash64-set.ts';
import { toLabelSet } from '../../model/label-set.ts';
import { hashLabelSet } from '../../exposition/text/label-set-hash.ts';
import { typeLine } from '../merge/family-merge.ts';
import type { HeldFamilies } from '../merge/held-families.ts';
import type { Stage } from '../merge/stage.ts';
import type { OutputFamily, RecordCoverage } from '../rules/rule-result.ts';
import { itemsPerStep, type Steps } from '../rules/steps.ts';
import { createLoopTurn } from '../../workers/loop-turn.ts';
import type { RequestPlan } from './request-plan.ts';
import type { LabelledValue, RuleOutputEncoder } from '../rules/encode-rule-output.ts';
import { escapeName, type EscapingScheme } from '../../exposition/escaping.ts';

const SHARD_UP = 'promgate_federate_shard_up';
const COVERAGE_RATIO = 'promgate_aggregation_coverage_ratio';

/** Names of the families with which promgate itself ends an answer. */
export const ownFamilies: ReadonlySet<string> = new Set([SHARD_UP, COVERAGE_RATIO]);

export interface TrailerOptions {
  readonly stage: Stage;
  readonly held: HeldFamilies;
  readonly encoder: RuleOutputEncoder;
  readonly escaping: EscapingScheme;
  /** What the client asked for of the rules' outputs. */
  readonly plan: Pick<RequestPlan, 'selectsName' | 'selects'>;
  /** Called for each family in which a computed series replaced a passed-through one. */
  readonly onConflict: (family: string, lines: number) => void;
}

/** Series of one name, which can be gone through more than once; undefined in place of each that was not asked for. */
interface Family {
  readonly name: string;
  readonly series: Iterable<LabelledValue | undefined>;
}

/**
 * Writes what follows the last passed-through family: the held-back families and what the client asked for of `computed`
 * in name order, each family under one TYPE line, then `own`, which ends the answer. A computed series replaces a
 * passed-through one of its label set. Lets other work run in between. Chunks are valid until the next is asked for.
 */
export async function* writeTrailer(
  options: TrailerOptions,
  computed: readonly OutputFamily[],
  own: readonly LabelledValue[],
): AsyncGenerator<Uint8Array> {
  const { stage } = options;
  const turn = createLoopTurn();
  for (const family of orderFamilies(options, computed, own)) {
    for (const _ of writeFamily(options, family)) {
      if (stage.isFull) yield stage.take();
      await turn.yieldIfDue();
    }
    if (stage.isFull) yield stage.take();
  }
  if (stage.used > 0) yield stage.take();
}

function orderFamilies(
  { held, plan, encoder }: TrailerOptions,
  computed: readonly OutputFamily[],
  own: readonly LabelledValue[],
): Family[] {
  const selected = new Map(computed.map((family) => [family.name, selectSeries(family, plan, encoder)]));
  const ownByName = Map.groupBy(own, ({ name }) => name);
  const names = new Set([...held.names(), ...selected.keys()]).difference(ownByName);
  return [...[...names].sort(compareUtf8), ...ownByName.keys()].map((name) => ({
    name,
    series: concat(selected.get(name) ?? [], ownByName.get(name) ?? []),
  }));
}

function selectSeries(
  family: OutputFamily,
  plan: TrailerOptions['plan'],
  encoder: RuleOutputEncoder,
): Family['series'] {
  const selects = plan.selectsName(family.name);
  if (selects !== 'some') return selects === 'all' ? family : [];
  return {
    *[Symbol.iterator]() {
      for (const one of family) yield plan.selects(family.name, encoder.leavingLabels(one)) ? one : undefined;
    },
  };
}

function concat(first: Family['series'], second: readonly LabelledValue[]): Family['series'] {
  if (second.length === 0) return first;
  return {
    *[Symbol.iterator]() {
      yield* first;
      yield* second;
    },
  };
}

function* writeFamily(options: TrailerOptions, { name, series }: Family): Steps<void> {
  const { stage, held, encoder, escaping } = options;
  const isHeld = held.type(name) !== undefined;
  if (isHeld) yield* writeHeld(options, { name, series });
  let isBegun = isHeld;
  let count = 0;
  for (const one of series) {
    count += 1;
    if (count % itemsPerStep === 0) yield;
    if (one === undefined) continue;
    if (!isBegun) stage.appendText(typeLine(escapeName(name, escaping), 'untyped'));
    isBegun = true;
    stage.appendText(encoder.encode(one));
  }
}

/** The passed-through lines of a family, without those that computed series replace. */
function* writeHeld({ stage, held, encoder, escaping, onConflict }: TrailerOptions, family: Family): Steps<void> {
  const { name, series } = family;
  const given = new Hash64Set();
  let count = 0;
  for (const one of series) {
    count += 1;
    if (count % itemsPerStep === 0) yield;
    if (one !== undefined) given.add(...hashLabelSet(name, encoder.leavingLabels(one)));
  }
  stage.appendText(typeLine(escapeName(name, escaping), held.type(name)!));
  const replaced = held.write(name, given, stage);
  if (replaced > 0) onConflict(name, replaced);
}

/** `promgate_federate_shard_up{shard}` of every shard that was asked, in the order of the configuration. */
export function shardUpSeries(shards: readonly { readonly name: string; readonly isUp: boolean }[]): LabelledValue[] {
  return shards.map(({ name, isUp }) => ({
    name: SHARD_UP,
    labels: toLabelSet([['shard', name]]),
    value: isUp ? 1 : 0,
  }));
}

/** `promgate_aggregation_coverage_ratio{record}`, in the order of `coverage`; the least one where rules share a record. */
export function coverageSeries(coverage: readonly RecordCoverage[]): LabelledValue[] {
  const ratios = new Map<string, number>();
  for (const { record, ratio } of coverage) ratios.set(record, Math.min(ratio, ratios.get(record) ?? 1));
  return [...ratios].map(([record, value]) => ({
    name: COVERAGE_RATIO,
    labels: toLabelSet([['record', record]]),
    value,
  }));
}
