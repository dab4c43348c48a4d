import { compareUtf8 } from '../../model/compare-utf8.ts';
import { Hash64Set } from '../../model/hash64-set.ts';
import { toLabelSet } from '../../model/label-set.ts';
import { hashLabelSet } from '../../exposition/text/label-set-hash.ts';
import { typeLine } from '../merge/family-merge.ts';
import type { HeldFamilies } from '../merge/held-families.ts';
import type { Stage } from '../merge/stage.ts';
import type { RecordCoverage } from '../rules/rule-result.ts';
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
  /** Called for each family in which a computed series replaced a passed-through one. */
  readonly onConflict: (family: string, lines: number) => void;
}

/**
 * Writes what follows the last passed-through family: the held-back families and `computed` in name order, each family
 * under one TYPE line, then `own`, which ends the answer. A computed series replaces a passed-through one of its label set.
 */
export function* writeTrailer(
  options: TrailerOptions,
  computed: readonly LabelledValue[],
  own: readonly LabelledValue[],
): Generator<Uint8Array> {
  const { stage, held } = options;
  const byName = Map.groupBy([...computed, ...own], ({ name }) => name);
  const last = new Set(own.map(({ name }) => name));
  const names = new Set([...held.names(), ...byName.keys()]).difference(last);
  const ordered = [...[...names].sort(compareUtf8), ...last];
  for (const name of ordered) {
    writeFamily(options, name, byName.get(name) ?? []);
    if (stage.isFull) yield stage.take();
  }
  if (stage.used > 0) yield stage.take();
}

function writeFamily(options: TrailerOptions, name: string, series: readonly LabelledValue[]): void {
  const { stage, held, encoder, escaping, onConflict } = options;
  stage.appendText(typeLine(escapeName(name, escaping), held.type(name) ?? 'untyped'));
  const given = new Hash64Set();
  for (const one of series) given.add(...hashLabelSet(name, encoder.leavingLabels(one)));
  const replaced = held.write(name, given, stage);
  if (replaced > 0) onConflict(name, replaced);
  for (const one of series) stage.appendText(encoder.encode(one));
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
