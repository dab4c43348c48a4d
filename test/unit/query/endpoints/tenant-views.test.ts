import { expect, it } from 'vitest';
import type { ShardConfig } from '../../../../src/config/config.ts';
import { createMatcher } from '../../../../src/model/matcher.ts';
import { createGate } from '../../../../src/promql/selector/selector-gate.ts';
import { alerts, metadata, rules } from '../../../../src/query/endpoints/server-shapes.ts';
import { narrowAlerts, narrowMetadata, narrowRules } from '../../../../src/query/endpoints/tenant-views.ts';
import type { Shape } from '../../../../src/query/replicas/answer-shapes.ts';

const view = {
  gate: createGate([createMatcher('team', '=', 'a')]),
  attachedLabels: () => ({ team: 'a' }),
  metricNames: async () => new Set(['up', 'latency_bucket', 'requests_total']),
};
const answer = <T>(shape: Shape<T>, data: unknown) => ({ shard: {} as ShardConfig, data: shape(data) });

it('rules are seen by their own labels or those of the shard, without what may quote others', () => {
  const told = [
    { name: 'of a', labels: { team: 'a' }, lastError: 'same labels {team="b"}', alerts: [{ labels: { team: 'b' } }] },
    { name: 'of b', labels: { team: 'b' } },
    { name: 'of the shard', lastError: '', alerts: [{ labels: {} }] },
  ];
  const data = {
    groups: [
      { name: 'g', rules: told },
      { name: 'secret', rules: [told[1]] },
    ],
    groupNextToken: 't',
  };
  expect(narrowRules(answer(rules, data), view)).toEqual({
    groups: [
      {
        name: 'g',
        rules: [
          { name: 'of a', labels: { team: 'a' }, lastError: '', alerts: [] },
          { name: 'of the shard', lastError: '', alerts: [{ labels: {} }] },
        ],
      },
    ],
    groupNextToken: 't',
  });
});

it('alerts are seen by their labels', () => {
  const told = [{ labels: { team: 'a' } }, { labels: { team: 'b' } }, { labels: { x: 'y' } }];
  expect(narrowAlerts(answer(alerts, { alerts: told }), view)).toEqual({ alerts: [told[0], told[2]] });
  expect(narrowAlerts(answer(alerts, { alerts: told }), { ...view, attachedLabels: () => ({}) })).toEqual({
    alerts: [told[0]],
  });
});

it('metadata is seen of metrics of which there is a series', async () => {
  const of = (help: number) => [{ help }];
  const data = { up: of(1), latency: of(2), requests: of(3), late: of(4), up_other: of(5) };
  expect(await narrowMetadata(answer(metadata, data), view)).toEqual({ up: of(1), latency: of(2), requests: of(3) });
});
