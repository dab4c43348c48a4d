import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Config, ShardConfig } from '../../../src/config/config.ts';
import { createRequestPlanner } from '../../../src/federate/pipeline/request-plan.ts';
import { compileRules } from '../../../src/federate/rules/compile-rules.ts';
import { labelValue, METRIC_NAME } from '../../../src/model/label-set.ts';
import { parseSelector } from '../../../src/promql/selector/parse-selector.ts';
import { createSelectorSet } from '../../../src/promql/selector/selector-set.ts';
import { enforced, holdAll, leaving, matcher, shards, textOf, type ModelShard, type Parts } from './tenant-model.ts';

const match = fc.array(fc.array(matcher, { maxLength: 3 }), { maxLength: 3 });

function configOf(fleet: readonly ModelShard[], matchers: readonly Parts[]): Config {
  const config = {
    shards: fleet.map(({ labels, ownsLabels }, i): Partial<ShardConfig> => ({ name: `s${i}`, labels, ownsLabels })),
    global: { externalLabels: {}, replicaLabels: [] },
    federation: { match: [] },
    aggregationRules: [],
    tenants: { byUser: {}, operators: [], matchers: { t: matchers.map((one) => textOf([one])) } },
  };
  return config as unknown as Config;
}

it('a tenant is federated what the client asked for of its series, and no other line', () => {
  let given = 0;
  fc.assert(
    fc.property(shards, enforced, match, (fleet, matchers, client) => {
      const planner = createRequestPlanner(configOf(fleet, matchers), compileRules([]));
      const asked = client.map(textOf);
      if (asked.length === 0) return;
      const plan = planner.plan({ match: asked, dedup: true, tenant: 't' });
      const filter = createSelectorSet(plan.clientSelectors.map(parseSelector));
      for (const [index, shard] of fleet.entries()) {
        const planned = plan.shards.find((one) => one.shard === index);
        const upstream = (planned?.match ?? []).map((text) => parseSelector(text).matchers);
        for (const { labels } of shard.series) {
          const own = leaving({ ...shard, labels: {} }, labels);
          const line = leaving(shard, labels);
          const name = labelValue(line, METRIC_NAME);
          const comes = upstream.some((all) => all.every((one) => one.accepts(labelValue(own, one.name))));
          const leaves = comes && filter.matches(name, line);
          const wanted = client.some((selector) => selector.length > 0 && holdAll(selector, line));
          expect(leaves).toBe(wanted && holdAll(matchers, line));
          // The upstream is not asked for more than that either.
          if (planned !== undefined && comes) expect(holdAll(matchers, line)).toBe(true);
          expect(planned?.filterLines ?? true).toBe(true);
          if (leaves) given++;
        }
      }
    }),
    { numRuns: 1000 },
  );
  expect(given).toBeGreaterThan(200);
});
