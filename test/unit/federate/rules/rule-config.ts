import type { AggregationRuleConfig } from '../../../../src/config/config.ts';
import type { LabelSet } from '../../../../src/model/label-set.ts';

type Overrides = { [Key in keyof AggregationRuleConfig]?: AggregationRuleConfig[Key] | undefined };

/** A rule that sums `slave:x` to `job:x` per everything but `slave`, changed as asked; undefined takes a key away. */
export function ruleConfig(overrides: Overrides = {}): AggregationRuleConfig {
  const config = {
    source: 'slave:(.+)',
    record: 'job:$1',
    without: overrides.by === undefined ? ['slave'] : undefined,
    function: 'sum',
    onMissingShard: 'withhold',
    holdForMs: 300_000,
    keepSource: true,
    continue: false,
    aggregationWindowMs: 3_600_000,
    ...overrides,
  };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as never;
}

/** `labels({b: '2', a: '1', c: ''})` → `['a', '1', 'b', '2']`; ASCII names only. */
export function labels(pairs: Readonly<Record<string, string>>): LabelSet {
  return Object.entries(pairs)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat();
}
