import { mayMatchProduced } from '../../federate/plan/may-match-produced.ts';
import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import { GatewayError } from '../../model/errors.ts';
import { METRIC_NAME } from '../../model/label-set.ts';
import { createMatcher, type Matcher } from '../../model/matcher.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import type { RuleOutputRequest, SelectRequest } from '../../promql/engine/sample-source.ts';
import type { SeriesBlock } from '../../promql/engine/series-block.ts';
import { asExpression } from '../../promql/plan/route-selector.ts';
import { askFirstReplica } from '../replicas/first-replica.ts';
import type { FleetSourceOptions } from '../source/fleet-source.ts';
import { evaluateOutputs } from './evaluate-outputs.ts';
import { ShardContributions } from './shard-contributions.ts';
import { sourceUses } from './source-uses.ts';

export interface RuleOutputOptions extends Pick<FleetSourceOptions, 'shards' | 'onReplicaError' | 'onShardError'> {
  readonly rules: CompiledRules;
  readonly externalLabels: Readonly<Record<string, string>>;
  /** The series of one shard, its labels attached. */
  readonly select: (shard: number, request: SelectRequest, signal: AbortSignal) => AsyncIterable<readonly RawSeries[]>;
}

/** Whether an output of a rule may match the selector; never wrongly false. */
export function mayMatchOutputs(matchers: readonly Matcher[], rules: CompiledRules['rules']): boolean {
  const records = rules.map(({ config }) => config.record);
  return mayMatchProduced({ matchers }, { mayProduce: (name) => rules.some((rule) => rule.mayProduce(name)), records });
}

/**
 * What aggregation rules make of their sources at each of some times, as `/federate` would have: sources are read by
 * metric name alone, aggregated, and the outputs matched. A shard counts as missing from a group at a time when it fed the
 * group within the times, or a window before them, and does not then.
 * @throws what `onShardError` throws; the signal's reason
 */
export async function readRuleOutputs(
  request: RuleOutputRequest,
  options: RuleOutputOptions,
  signal: AbortSignal,
): Promise<SeriesBlock> {
  const { rules, shards, externalLabels } = options;
  const { matchers, timesMs, lookbackDeltaMs } = request;
  const windowMs = Math.max(lookbackDeltaMs, ...rules.rules.map(({ config }) => config.aggregationWindowMs));
  const range = { startMs: timesMs[0]! - windowMs + 1, endMs: timesMs.at(-1)! };
  const unknown = new Set<number>();
  const lose = (shard: number, error: unknown): void => {
    if (signal.aborted || !(error instanceof GatewayError)) throw error;
    options.onShardError(shards[shard]!.name, error);
    unknown.add(shard);
  };

  const names = await sourceNames(options, { range, lose, signal });
  const onName = matchers.filter(({ name }) => name === METRIC_NAME);
  const uses = sourceUses(names, rules, (record) => onName.every((matcher) => matcher.accepts(record)));
  const contributions = new ShardContributions({
    rules,
    uses,
    shards: shards.length,
    timesMs,
    lookbackDeltaMs,
    hold: request.hold,
  });
  const asked = [...shards.keys()].filter((shard) => uses.byName.size > 0 && !unknown.has(shard));
  await Promise.all(
    asked.map((shard) => {
      const series = options.select(shard, { ...range, ...selectionOf([...uses.byName.keys()]) }, signal);
      return contributions.addShard(shard, counted(series, request.countRead)).catch((error) => lose(shard, error));
    }),
  );
  const { ratios } = uses;
  const streams = contributions.streams;
  return evaluateOutputs(streams, { rules, ratios, matchers, timesMs, shards: shards.length, unknown, externalLabels });
}

interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

interface NameQuestion {
  readonly range: Range;
  readonly lose: (shard: number, error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Metric names that rules read, of all shards. */
async function sourceNames(options: RuleOutputOptions, { range, lose, signal }: NameQuestion): Promise<Set<string>> {
  const sources = new Set(options.rules.rules.map(({ config }) => config.source));
  const selectors = [...sources].map((source) => [createMatcher(METRIC_NAME, '=~', source)]);
  const found = await Promise.all(
    options.shards.map((shard, index) =>
      askFirstReplica(
        shard,
        { signal, onReplicaError: (replica, error) => options.onReplicaError(shard.name, replica, error) },
        (replica, attempt) => replica.metricNames({ selectors, ...range }, attempt),
      ).catch((error: unknown) => {
        lose(index, error);
        return [];
      }),
    ),
  );
  return new Set(found.flat());
}

function selectionOf(names: readonly string[]): Pick<SelectRequest, 'matchers' | 'hints'> {
  const exact = names.map((name) => asExpression(createMatcher(METRIC_NAME, '=', name)).value);
  return {
    matchers: [createMatcher(METRIC_NAME, '=~', exact.join('|'))],
    hints: { stepMs: 0, function: '', rangeMs: 0, grouping: [], by: false },
  };
}

async function* counted(
  batches: AsyncIterable<readonly RawSeries[]>,
  count: (samples: number) => void,
): AsyncGenerator<readonly RawSeries[], void> {
  for await (const batch of batches) {
    for (const { timestampsMs } of batch) count(timestampsMs.length);
    yield batch;
  }
}
