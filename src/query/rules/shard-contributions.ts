import { parseBucketBound } from '../../federate/rules/bucket-bound.ts';
import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import { createGroupLabels, type GroupLabels } from '../../federate/rules/group-labels.ts';
import { labelKey } from '../../federate/rules/label-key.ts';
import { streamId, type StreamName } from '../../federate/rules/partial-aggregates.ts';
import { labelValue, METRIC_NAME, type LabelSet } from '../../model/label-set.ts';
import { FLOAT, type RawSeries } from '../../model/raw-series.ts';
import { lookUp } from '../../promql/engine/selector-blocks.ts';
import { OutputStream } from './output-stream.ts';
import type { SourceUse, SourceUses } from './source-uses.ts';

export interface ContributionOptions {
  readonly rules: Pick<CompiledRules, 'rules'>;
  readonly uses: SourceUses;
  readonly shards: number;
  readonly timesMs: Float64Array;
  readonly lookbackDeltaMs: number;
  /** Told of what is held. */
  readonly hold: (samples: number) => void;
}

/** A source of a weighted average that waits for its weight. */
interface Waiting {
  readonly stream: OutputStream;
  readonly groupKey: string;
  readonly weightKey: string;
  readonly series: RawSeries;
}

type Weighted = Extract<SourceUse, { as: 'weighted' }>;

/** Collects what the series of all shards give to the outputs of rules. */
export class ShardContributions {
  /** By id. */
  readonly streams: Map<string, OutputStream> = new Map();
  readonly #options: ContributionOptions;
  readonly #groupLabels = new Map<string, GroupLabels>();

  constructor(options: ContributionOptions) {
    this.#options = options;
  }

  /** Takes all series of one shard. */
  async addShard(shard: number, batches: AsyncIterable<readonly RawSeries[]>): Promise<void> {
    const waiting: Waiting[] = [];
    const weights = new Map<string, RawSeries>();
    for await (const batch of batches) {
      for (const series of batch) {
        for (const use of this.#options.uses.byName.get(labelValue(series.labels, METRIC_NAME)) ?? []) {
          if (!this.#feeds(series, use.rule)) continue;
          const own = withoutName(series.labels);
          if (use.as === 'weighted') waiting.push(this.#await(use, own, series));
          else if (use.as === 'weight') weights.set(weightKey(use.rule, use.name, own), series);
          else this.#add(shard, use, { own, series });
        }
      }
    }
    for (const source of waiting) {
      const weight = weights.get(source.weightKey);
      if (weight !== undefined) this.#addWeighted(shard, source, weight);
    }
  }

  #add(
    shard: number,
    use: Exclude<SourceUse, { as: 'weighted' | 'weight' }>,
    { own, series }: { readonly own: LabelSet; readonly series: RawSeries },
  ): void {
    const { rule } = use;
    if (use.as === 'bucket') {
      const bound = parseBucketBound(labelValue(own, 'le'));
      if (bound === undefined) return;
      const stream = this.#stream({ rule, kind: 'buckets', role: 'record', name: use.record });
      const column = stream.column(this.#groupKey(rule, own, 'le'), shard);
      this.#eachStep(series, (step, value) => column.addBucket(step, bound, value));
      return;
    }
    const stream = this.#stream(
      use.as === 'term'
        ? { rule, kind: 'sum', role: 'term', name: use.name }
        : { rule, kind: use.operation, role: 'record', name: use.record },
    );
    const column = stream.column(this.#groupKey(rule, own), shard);
    this.#eachStep(series, (step, value) => column.addValue(step, value));
  }

  #await({ rule, record, weight }: Weighted, own: LabelSet, series: RawSeries): Waiting {
    return {
      stream: this.#stream({ rule, kind: 'avg', role: 'record', name: record }),
      groupKey: this.#groupKey(rule, own),
      weightKey: weightKey(rule, weight, own),
      series,
    };
  }

  #addWeighted(shard: number, { stream, groupKey, series }: Waiting, weight: RawSeries): void {
    const column = stream.column(groupKey, shard);
    const weights = new Float64Array(this.#options.timesMs.length).fill(Number.NaN);
    const isThere = new Uint8Array(weights.length);
    this.#eachStep(weight, (step, value) => {
      weights[step] = value;
      isThere[step] = 1;
    });
    this.#eachStep(series, (step, value) => {
      if (isThere[step] === 1) column.addWeighted(step, value, weights[step]!);
    });
  }

  /** Whether the series has a sample within the times or the rule's window before them. */
  #feeds(series: RawSeries, rule: number): boolean {
    const { rules, timesMs } = this.#options;
    return lastFloatMs(series) > timesMs[0]! - rules.rules[rule]!.config.aggregationWindowMs;
  }

  #eachStep(series: RawSeries, add: (step: number, value: number) => void): void {
    const { timesMs, lookbackDeltaMs } = this.#options;
    lookUp(series, { times: timesMs, lookbackDeltaMs }, (step, index) => {
      if (series.kinds === undefined || series.kinds[index] === FLOAT) add(step, series.values[index]!);
    });
  }

  #stream(name: StreamName): OutputStream {
    const id = streamId(name);
    const { shards, timesMs, hold } = this.#options;
    const stream = this.streams.get(id) ?? new OutputStream(name, { shards, steps: timesMs.length, hold });
    this.streams.set(id, stream);
    return stream;
  }

  #groupKey(rule: number, own: LabelSet, drop?: string): string {
    const id = `${rule} ${drop ?? ''}`;
    const { by, without } = this.#options.rules.rules[rule]!.config;
    const grouping = { ...(by === undefined ? {} : { by }), ...(without === undefined ? {} : { without }) };
    const labels =
      this.#groupLabels.get(id) ?? createGroupLabels(drop === undefined ? grouping : { ...grouping, drop });
    this.#groupLabels.set(id, labels);
    return labels.keyOf(own);
  }
}

function lastFloatMs({ timestampsMs, kinds }: RawSeries): number {
  const last = kinds === undefined ? timestampsMs.length - 1 : kinds.lastIndexOf(FLOAT);
  return timestampsMs[last] ?? -Infinity;
}

function withoutName(labels: LabelSet): LabelSet {
  const at = labels.indexOf(METRIC_NAME);
  return at % 2 === 0 ? labels.toSpliced(at, 2) : labels.filter((_, i) => labels[i - (i % 2)] !== METRIC_NAME);
}

function weightKey(rule: number, name: string, own: LabelSet): string {
  return `${rule} ${name} ${labelKey(own)}`;
}
