/**
 * What a line that a rule reads costs a worker, and what combining the shards' groups costs the main thread: 3 shards,
 * 1,000 groups of 20 series each. Run: `node native-free-bench/micro/rules.bench.ts`
 */
import assert from 'node:assert/strict';
import { measure } from 'mitata';
import type { AggregationRuleConfig } from '../../src/config/config.ts';
import { compileRules } from '../../src/federate/rules/compile-rules.ts';
import type { PartialAggregates } from '../../src/federate/rules/partial-aggregates.ts';
import { createRuleMemory } from '../../src/federate/rules/rule-memory.ts';
import { createShardAggregation } from '../../src/federate/rules/shard-aggregation.ts';
import type { Steps } from '../../src/federate/rules/steps.ts';

const SHARDS = ['s0', 's1', 's2'];
const GROUPS = 1000;
const SERIES_A_GROUP = 20;
const NOW_MS = 1_700_000_000_000;

const rule: AggregationRuleConfig = {
  source: 'slave:(.+)',
  record: 'job:$1',
  without: ['instance', 'slave'],
  function: 'sum',
  onMissingShard: 'withhold',
  holdForMs: 0,
  keepSource: true,
  continue: false,
  aggregationWindowMs: 3_600_000,
};
const rules = compileRules([rule]);
const labelSets = Array.from({ length: GROUPS * SERIES_A_GROUP }, (_, i) => [
  'handler',
  `/api/v1/resource-${i % GROUPS}`,
  'instance',
  `app-${i}.example:8080`,
  'job',
  'api',
  'slave',
  '0',
]);

function aggregate(): PartialAggregates {
  const aggregation = createShardAggregation(rules, { maxGroupsPerRule: GROUPS });
  const add = aggregation.family('slave:http_requests:rate5m')!;
  for (const labels of labelSets) add(labels, 1, NOW_MS);
  return aggregation.result();
}

/** All steps at once: what they take together is what is measured. */
function toTheEnd<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function report(what: string, count: number, { p50, min }: { p50: number; min: number }): void {
  const cost = (nanoseconds: number): string => `${(nanoseconds / count).toFixed(0)} ns`;
  console.log(`rules ${what} (${count}): median ${cost(p50)} each; best ${cost(min)}`);
}

const options = { min_cpu_time: 1e9, min_samples: 5, warmup_samples: 3 };
report('lines', labelSets.length, await measure(() => void aggregate(), options));

const partials = aggregate();
const memory = createRuleMemory(rules, SHARDS, { lookbackDeltaMs: 300_000 });
const combine = (): void => {
  const combination = memory.begin();
  for (const shard of SHARDS.keys()) toTheEnd(combination.absorb(shard, partials, NOW_MS));
  const outputs = [...toTheEnd(combination.evaluate(NOW_MS)).outputs];
  assert.equal(outputs.length, GROUPS);
  assert.equal(outputs[0]!.value, SERIES_A_GROUP * SHARDS.length);
};
combine();
report('groups combined', GROUPS, await measure(combine, options));
