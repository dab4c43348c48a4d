import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LabelSet } from '../../../src/model/label-set.ts';
import { createMatcher } from '../../../src/model/matcher.ts';
import { AnnotationList } from '../../../src/promql/engine/annotation-list.ts';
import { QueryError } from '../../../src/promql/engine/query-error.ts';
import type { QueryValue } from '../../../src/promql/engine/query-value.ts';
import { ParseError } from '../../../src/promql/parse/parse-error.ts';
import { createGate } from '../../../src/promql/selector/selector-gate.ts';
import { MemoryStore } from '../../promqltest/fleet/memory-store.ts';
import { queryShards, type MemoryShard } from '../../promqltest/fleet/query-fleet.ts';
import {
  enforced,
  holdAll,
  leaving,
  matcher,
  metricNames,
  shards,
  textOf,
  type ModelShard,
  type Parts,
} from './tenant-model.ts';

const selector = fc
  .tuple(fc.option(fc.constantFrom(...metricNames), { freq: 4 }), fc.array(matcher, { maxLength: 2 }))
  .map(
    ([name, matchers]) =>
      `${name ?? ''}${matchers.length > 0 || name === null ? textOf(name === null ? [['__name__', '=~', 'm.*'], ...matchers] : matchers) : ''}`,
  );
const grouping = fc.constantFrom('by (team)', 'by (slave, env)', 'without (team)', 'without (slave)', '');

const templates: readonly ((one: string, other: string, group: string) => string)[] = [
  (s) => s,
  (s) => `${s} offset 1m`,
  (s) => `${s} @ end()`,
  (s, _o, g) => `sum ${g} (${s})`,
  (s, _o, g) => `count ${g} (${s})`,
  (s, _o, g) => `avg ${g} (${s})`,
  (s, _o, g) => `max ${g} (sum_over_time(${s}[2m]))`,
  (s, _o, g) => `group ${g} (${s})`,
  (s, _o, g) => `topk ${g} (1, ${s})`,
  (s, _o, g) => `count_values ${g} ("value", ${s})`,
  (s, _o, g) => `quantile ${g} (0.5, ${s})`,
  (s) => `max_over_time(${s}[3m])`,
  (s) => `max_over_time(sum by (team) (${s})[3m:1m])`,
  (s) => `absent(${s})`,
  (s) => `absent_over_time(${s}[2m])`,
  (s) => `label_replace(${s}, "copy", "$1", "team", "(.*)")`,
  // Without values: which one counts where info makes two series one depends on where they were met.
  (s) => `group without (none) (info(${s}))`,
  (s) => `group without (none) (info(${s}, {team=~".*"}))`,
  (s) => `scalar(${s})`,
  (s, o) => `${s} and on (team) ${o}`,
  (s, o) => `${s} unless on (env, team) ${o}`,
  (s, o) => `${s} or ${o}`,
  (s, o) => `sum(${s}) - sum(${o})`,
  (s, o) => `sum by (team) (${s}) / on (team) count by (team) (${o})`,
  (s, o) => `${s} * on (team, slave) group_left (job) ${o}`,
  (s, o) => `absent(${s}) or ${o}`,
];
const query = fc
  .tuple(fc.constantFrom(...templates), selector, selector, grouping)
  .map(([template, one, other, group]) => template(one, other, group));

const grid = { startMs: 300_000, stepMs: 60_000, steps: 3 };

function storeOf(series: readonly { readonly labels: LabelSet; readonly value: number }[]): MemoryStore {
  const store = new MemoryStore();
  for (const { labels, value } of series) {
    for (let step = 0; step <= 10; step++)
      store.add(labels, step * 60_000, { kind: 'float', value: value * 100 + step });
  }
  return store;
}

function toMemory(shard: ModelShard): MemoryShard {
  const own = shard.series.map(({ labels, value }) => ({ labels: leaving({ ...shard, labels: {} }, labels), value }));
  const { labels, ownsLabels, replicas } = shard;
  return { labels, ownsLabels, stores: Array.from({ length: replicas }, () => storeOf(own)) };
}

/** One server that holds what is admitted, shards' labels and all. */
function admittedServer(fleet: readonly ModelShard[], matchers: readonly Parts[]): MemoryShard {
  const all = fleet.flatMap((shard) =>
    shard.series.map(({ labels, value }) => ({ labels: leaving(shard, labels), value })),
  );
  return { labels: {}, ownsLabels: [], stores: [storeOf(all.filter(({ labels }) => holdAll(matchers, labels)))] };
}

async function outcomeOf(value: Promise<QueryValue>): Promise<unknown> {
  try {
    return rowsOf(await value);
  } catch (error) {
    // Which labels and which of several series a message quotes depends on where they were met.
    if (error instanceof QueryError) return `${error.type}: ${error.message.replace(/[:{].*/s, '')}`;
    if (error instanceof ParseError) return 'no query';
    throw error;
  }
}

function rowsOf(value: QueryValue): unknown {
  if (value.type === 'scalar') return [...value.values];
  if (value.type !== 'vector') throw new Error(`a ${value.type}`);
  return value.blocks
    .flatMap(({ labels, values, present, steps }) =>
      labels.map((set, row) => {
        const cells = Array.from({ length: steps }, (_, step) => {
          const at = row * steps + step;
          return present[at] === 0 ? null : Number(values[at]!.toPrecision(12));
        });
        return [[...set], cells] as const;
      }),
    )
    .filter(([, cells]) => cells.some((cell) => cell !== null))
    .map((row) => JSON.stringify(row))
    .sort();
}

it.each([true, false])('a tenant gets what a server with its series alone gives (push-down: %s)', async (pushDown) => {
  let found = 0;
  let narrowed = 0;
  await fc.assert(
    fc.asyncProperty(shards, enforced, query, async (fleet, matchers, text) => {
      const common = { text, grid, isInstant: false, delayedNameRemoval: false };
      const ask = (memory: readonly MemoryShard[], more: object): Promise<unknown> =>
        outcomeOf(queryShards(memory, { ...common, pushDown, annotations: new AnnotationList(), ...more }));
      const gate = createGate(matchers.map((parts) => createMatcher(...parts)));
      const memory = fleet.map(toMemory);
      const asTenant = await ask(memory, { gate });
      expect(asTenant).toEqual(await ask([admittedServer(fleet, matchers)], { pushDown: false }));
      if (Array.isArray(asTenant) && asTenant.length > 0) found++;
      if (JSON.stringify(asTenant) !== JSON.stringify(await ask(memory, {}))) narrowed++;
    }),
    { numRuns: 600 },
  );
  // Most of what is drawn says something.
  expect(found).toBeGreaterThan(100);
  expect(narrowed).toBeGreaterThan(100);
});
