import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import { labelValue, METRIC_NAME, type LabelSet } from '../../model/label-set.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import { evaluateOutputs } from './evaluate-outputs.ts';
import { ShardContributions } from './shard-contributions.ts';
import { sourceUses } from './source-uses.ts';

export interface ListOptions {
  readonly rules: CompiledRules;
  readonly externalLabels: Readonly<Record<string, string>>;
  /** An output is listed that matches all of one of these. */
  readonly selections: readonly (readonly Matcher[])[];
}

/** Label sets, names included, of the outputs that rules make of the given source series, withheld or not. */
export async function listOutputs(sources: readonly LabelSet[], options: ListOptions): Promise<LabelSet[]> {
  const { rules, externalLabels, selections } = options;
  const timesMs = new Float64Array(1);
  const uses = sourceUses(new Set(sources.map((labels) => labelValue(labels, METRIC_NAME))), rules, () => true);
  const contributions = new ShardContributions({
    rules,
    uses,
    shards: 1,
    timesMs,
    lookbackDeltaMs: 1,
    hold: () => undefined,
  });
  await contributions.addShard(
    0,
    oneBatch(sources.map((labels) => ({ labels, timestampsMs: timesMs, values: timesMs }))),
  );
  const { ratios } = uses;
  const common = { rules, ratios, timesMs, shards: 1, unknown: new Set<number>(), externalLabels };
  return selections.flatMap((matchers) => evaluateOutputs(contributions.streams, { ...common, matchers }).labels);
}

/** Names of the outputs that rules make of metrics of these names. */
export function outputNames(names: readonly string[], rules: CompiledRules): string[] {
  return names.flatMap((name) => rules.uses(name).uses.flatMap((use) => ('record' in use ? [use.record] : [])));
}

async function* oneBatch(series: readonly RawSeries[]): AsyncGenerator<readonly RawSeries[], void> {
  yield series;
}
