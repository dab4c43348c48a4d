import { expect, it } from 'vitest';
import type { ShardConfig } from '../../../../src/config/config.ts';
import { createMatcher } from '../../../../src/model/matcher.ts';
import { createGate } from '../../../../src/promql/selector/selector-gate.ts';
import { narrowAlerts, narrowMetadata, narrowRules } from '../../../../src/query/endpoints/tenant-views.ts';

const view = {
  gate: createGate([createMatcher('team', '=', 'a')]),
  attachedLabels: () => ({ team: 'a' }),
  metricNames: async () => new Set(['up', 'latency_bucket', 'requests_total']),
};
const answer = (data: unknown) => ({ shard: {} as ShardConfig, data });

it('rules are seen by their own labels or those of the shard, without what may quote others', () => {
  const rules = [
    { name: 'of a', labels: { team: 'a' }, lastError: 'same labels {team="b"}', alerts: [{ labels: { team: 'b' } }] },
    { name: 'of b', labels: { team: 'b' } },
    { name: 'of the shard', lastError: '', alerts: [{ labels: {} }] },
  ];
  const data = {
    groups: [
      { name: 'g', rules },
      { name: 'secret', rules: [rules[1]] },
    ],
    groupNextToken: 't',
  };
  expect(narrowRules(answer(data), view)).toEqual({
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
  const alerts = [{ labels: { team: 'a' } }, { labels: { team: 'b' } }, { labels: { x: 'y' } }];
  expect(narrowAlerts(answer({ alerts }), view)).toEqual({ alerts: [alerts[0], alerts[2]] });
  expect(narrowAlerts(answer({ alerts }), { ...view, attachedLabels: () => ({}) })).toEqual({ alerts: [alerts[0]] });
});

it('metadata is seen of metrics of which there is a series', async () => {
  const data = { up: [1], latency: [2], requests: [3], late: [4], up_other: [5] };
  expect(await narrowMetadata(answer(data), view)).toEqual({ up: [1], latency: [2], requests: [3] });
});
