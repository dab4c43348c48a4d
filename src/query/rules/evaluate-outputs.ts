import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import { createPresenceReader, type GroupPresence } from '../../federate/rules/group-presence.ts';
import { createHeldValues } from '../../federate/rules/held-values.ts';
import { parseLabelKey } from '../../federate/rules/label-key.ts';
import { streamId } from '../../federate/rules/partial-aggregates.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { labelValue, METRIC_NAME, toLabelSet } from '../../model/label-set.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import { BlockBuilder } from '../../promql/engine/block-builder.ts';
import { ABSENT, type SeriesBlock } from '../../promql/engine/series-block.ts';
import type { OutputStream } from './output-stream.ts';
import type { SourceUses } from './source-uses.ts';

export interface OutputOptions {
  readonly rules: Pick<CompiledRules, 'rules'>;
  readonly ratios: SourceUses['ratios'];
  readonly matchers: readonly Matcher[];
  readonly timesMs: Float64Array;
  readonly shards: number;
  /** Shards that did not answer: any group may lack their part. */
  readonly unknown: ReadonlySet<number>;
  /** Of the fleet, for outputs that lack them. */
  readonly externalLabels: Readonly<Record<string, string>>;
}

/** One name that one rule gives values under, as of the streams that they come from. */
interface Output {
  readonly id: string;
  readonly rule: number;
  readonly record: string;
  readonly streams: readonly OutputStream[];
}

/** The outputs of rules that match; of two rules that give the same label set the first wins, step by step. */
export function evaluateOutputs(streams: ReadonlyMap<string, OutputStream>, options: OutputOptions): SeriesBlock {
  const builder = new BlockBuilder(options.timesMs.length);
  const rows = new Map<string, number>();
  for (const output of orderedOutputs(streams, options.ratios)) {
    for (const key of output.streams[0]!.keys()) {
      if (!output.streams.every((stream) => stream.has(key))) continue;
      const labels = outputLabels(output.record, key, options.externalLabels);
      if (!options.matchers.every((matcher) => matcher.accepts(labelValue(labels, matcher.name)))) continue;
      const id = labels.join('\u0000');
      const known = rows.get(id);
      const row = known ?? builder.addRow(labels);
      const filled = fillRow({ builder, row }, { output, key }, options);
      if (filled > 0) rows.set(id, row);
      else if (known === undefined) builder.removeLastRow();
    }
  }
  return builder.toBlock();
}

/** As on `/federate`: by rule, then by what a rule does. */
function orderedOutputs(streams: ReadonlyMap<string, OutputStream>, ratios: SourceUses['ratios']): Output[] {
  const outputs = ratios.flatMap(({ rule, record, numerator, denominator }): Output[] => {
    const terms = [numerator, denominator].map((name) =>
      streams.get(streamId({ rule, kind: 'sum', role: 'term', name })),
    );
    const id = `${rule} ratio ${record} ${numerator} ${denominator}`;
    return terms.includes(undefined) ? [] : [{ id, rule, record, streams: terms as OutputStream[] }];
  });
  for (const [id, stream] of streams) {
    const { rule, role, name } = stream.name;
    if (role === 'record') outputs.push({ id, rule, record: name, streams: [stream] });
  }
  return outputs.sort((a, b) => a.rule - b.rule || compareUtf8(a.id, b.id));
}

function outputLabels(record: string, key: string, external: Readonly<Record<string, string>>): SeriesLabels {
  const group = parseLabelKey(key);
  const pairs: [string, string][] = Object.entries(external);
  for (let i = 0; i < group.length; i += 2) pairs.push([group[i]!, group[i + 1]!]);
  return toLabelSet([...pairs, [METRIC_NAME, record]]);
}

/** Returns how many steps have got a value. */
function fillRow(
  { builder, row }: { readonly builder: BlockBuilder; readonly row: number },
  { output, key }: { readonly output: Output; readonly key: string },
  { rules, shards, unknown, timesMs }: OutputOptions,
): number {
  const { onMissingShard, holdForMs, quantile = Number.NaN } = rules.rules[output.rule]!.config;
  const readPresence = createPresenceReader({ shards, unknown });
  const held = createHeldValues();
  let filled = 0;
  let at = 0;
  const terms = output.streams.map((stream) => stream.term(key, () => at));
  for (at = 0; at < timesMs.length; at++) {
    const presence = readPresence(terms);
    const value = judge(presence, onMissingShard)
      ? valueOf(output, key, { step: at, usable: presence.usable, quantile })
      : held.recall(key, timesMs[at]!);
    if (value === undefined) continue;
    if (onMissingShard === 'hold' && isComplete(presence)) held.remember(key, value, timesMs[at]! + holdForMs);
    if (builder.present[row * timesMs.length + at] !== ABSENT) continue;
    builder.set(row, at, value);
    filled += 1;
  }
  return filled;
}

/** Whether the group has a value of its own. */
function judge(presence: GroupPresence, onMissingShard: string): boolean {
  const hasValue = presence.usable.every((shards) => shards.length > 0);
  return hasValue && (isComplete(presence) || onMissingShard === 'partial');
}

function isComplete({ expected, contributed }: GroupPresence): boolean {
  return expected.length === contributed.length;
}

function valueOf(
  { streams }: Output,
  key: string,
  { step, usable, quantile }: { step: number; usable: GroupPresence['usable']; quantile: number },
): number {
  const [numerator, denominator] = streams.map((stream, term) =>
    stream.value(key, { step, shards: usable[term]!, quantile }),
  );
  return denominator === undefined ? numerator! : numerator! / denominator;
}
