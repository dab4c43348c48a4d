import { evaluate } from '../../../src/promql/engine/evaluate.ts';
import { AnnotationList } from '../../../src/promql/engine/annotation-list.ts';
import { concatBlocks } from '../../../src/promql/engine/block-rows.ts';
import { labelValue, METRIC_NAME } from '../../../src/model/label-set.ts';
import type { SampleSource } from '../../../src/promql/engine/sample-source.ts';
import { parseQuery } from '../../../src/promql/parse/parse-query.ts';
import { LossyAnswer } from '../../../src/query/replicas/parse-answer.ts';
import type { ReplicaAnswer, ReplicaClient, ReplicaQuery } from '../../../src/query/replicas/replica-client.ts';
import { engineOptions, parseOptions } from '../engine-options.ts';
import type { MemoryStore } from './memory-store.ts';

interface EngineOptions {
  readonly delayedNameRemoval: boolean;
}

/** A replica in memory: reads from its store, and evaluates what is pushed down to it as a server would. */
export function createMemoryClient(
  name: string,
  store: MemoryStore,
  options: EngineOptions = engineOptions,
): ReplicaClient {
  return {
    name,
    externalLabels: async () => ({}),
    async *read({ matchers, startMs, endMs }) {
      yield store.select(matchers, startMs, endMs);
    },
    query: (query, signal) => evaluateOn(store, { ...query, ...options }, signal),
    answer: () => {
      throw new Error('a store in memory has no JSON');
    },
    async metricNames({ selectors, startMs, endMs }) {
      const found = selectors.flatMap((matchers) => store.select(matchers, startMs, endMs));
      return [...new Set(found.map(({ labels }) => labelValue(labels, METRIC_NAME)))];
    },
  };
}

async function evaluateOn(
  store: MemoryStore,
  query: ReplicaQuery & EngineOptions,
  signal: AbortSignal,
): Promise<ReplicaAnswer> {
  const annotations = new AnnotationList();
  const source: SampleSource = {
    async *select({ matchers, startMs, endMs }) {
      yield store.select(matchers, startMs, endMs);
    },
    fetched: () => {
      throw new Error('a pushed query holds no pushed part');
    },
  };
  const value = await evaluate(parseQuery(query.text, parseOptions), {
    ...engineOptions,
    delayedNameRemoval: query.delayedNameRemoval,
    grid: query.grid,
    source,
    annotations,
    signal,
  });
  if (value.type !== 'vector') throw new Error(`${query.text} gives a ${value.type}`);
  const empty = { steps: query.grid.steps, labels: [], values: new Float64Array(0), present: new Uint8Array(0) };
  // JSON would lose their schemas.
  if (value.blocks.some(({ histograms }) => histograms !== undefined)) throw new LossyAnswer('native histograms');
  const block = value.blocks.length === 0 ? empty : concatBlocks(value.blocks, query.grid.steps);
  return { block, ...annotations.render(query.text), samples: 0 };
}
