import { aggregationRuleSchema } from './aggregation-rule-schema.ts';
import { discoverySchema } from './discovery-schema.ts';
import { federationSchema } from './federation-schema.ts';
import { httpClientProperties } from './http-client-schema.ts';
import type { JsonSchema, SectionSchema } from './json-schema.ts';
import { querySchema } from './query-schema.ts';
import { shardingSchema } from './sharding-schema.ts';
import { shardSchema } from './shard-schema.ts';
import { tenantsSchema } from './tenants-schema.ts';
import {
  choice,
  count,
  defaultedSection,
  duration,
  labelMapping,
  labelName,
  list,
  positiveDuration,
  size,
} from './values.ts';
import { ratio, section } from './values.ts';

const globalSchema = defaultedSection('Settings that hold for all shards.', {
  scrape_timeout: positiveDuration('Budget of one upstream /federate read.', '10s', 'timeout'),
  query_timeout: positiveDuration('Budget of one query.', '2m', 'timeout'),
  lookback_delta: positiveDuration('How long a sample, or a kept contribution to a rule, counts.', '5m'),
  client_stall_timeout: duration(
    'A client that takes nothing of its answer for so long is cut off; 0 for never.',
    '1m',
  ),
  max_memory: size(
    'Resident memory above which new requests get 503 until it has shrunk; 0 for nine tenths of what the machine or container has.',
    0,
    'unlimited',
  ),
  evaluation_interval: positiveDuration('Grid on which rule outputs stand inside matrix selectors.', '1m'),
  replica_labels: list(
    "External labels that tell a shard's replicas apart. Stripped from everything that leaves.",
    labelName,
    { default: ['replica'], uniqueItems: true, 'x-expects': 'a list of different label names' },
  ),
  external_labels: labelMapping('Labels added to every series that lacks them, after the labels of its shard.'),
  ...httpClientProperties,
});

const breakerSchema = defaultedSection('Leaves a replica alone that fails again and again.', {
  failures: count('Reads of a replica that fail one after the other before it is left alone; 0 for never.', 3, {
    min: 0,
    max: 1000,
  }),
  min_delay: positiveDuration('How long it is left alone at first; twice as long after each further failure.', '1s'),
  max_delay: positiveDuration('How long at most.', '15s'),
});

const deduplicationSchema = defaultedSection('How the replicas of a shard become one.', {
  strategy: choice(
    '`merge` reads all replicas and fills gaps; `leader` reads one and fails over.',
    ['merge', 'leader'],
    'merge',
  ),
  per_replica: list(
    'Selectors of series that differ by nature between replicas; kept apart, replica label included.',
    { type: 'string', 'x-expects': 'a selector (text)' },
    { default: [], 'x-expects': 'a list of selectors' },
  ),
  min_hedge_delay: duration(
    "A replica that owes bytes is dropped after the recent 95th percentile of its shard's delays, never before this.",
    '250ms',
  ),
  min_bytes_per_second: size(
    'A replica that sends less while a sibling waits is dropped like one that sends nothing.',
    '16KiB',
    'unlimited',
  ),
  breaker: breakerSchema,
  max_leader_lag: positiveDuration('How much older than a sibling the newest sample of a leader may be.', '1m'),
  max_leader_missing_ratio: ratio("Share of the shard's series that a leader may lack.", 0.1),
  leader_patience: duration('How long a leader may lag or lack series before another one takes its place.', '1m'),
  max_filled_series: count('Series of one shard that the leader lacks and a follower fills.', 65_536, {
    min: 1,
    max: 16_777_216,
  }),
});

/**
 * The one description of a configuration file: what ajv checks, where every default stands (ajv fills them in), what
 * `config/promgate.schema.json` is made of, and what `docs/configuration.md` is compared with.
 */
export const configSchema: SectionSchema = {
  title: 'promgate configuration',
  ...section('Configuration of promgate, a gateway that makes a fleet of Prometheus servers behave like one.', {
    global: globalSchema,
    shards: list('The horizontal parts of the fleet; each owns its targets alone.', shardSchema, {
      minItems: 1,
      'x-expects': 'a list of at least one shard',
    }),
    discovery: discoverySchema,
    deduplication: deduplicationSchema,
    federation: federationSchema,
    query: querySchema,
    aggregation_rules: list(
      'Turn series of the shards into series of the fleet. The first that matches a name wins, unless it says `continue`.',
      aggregationRuleSchema,
      { default: [], 'x-expects': 'a list of rules' },
    ),
    sharding: shardingSchema,
    tenants: tenantsSchema,
  }),
};

const unpublished: ReadonlySet<string> = new Set(['x-expects', 'x-secret', 'format']);

/** What editors get: draft-07, without what only our own checker understands. */
export function publishedSchema(): Record<string, unknown> {
  const plain = JSON.parse(
    JSON.stringify(configSchema, (key, value: unknown) => (unpublished.has(key) ? undefined : value)),
  ) as JsonSchema;
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...plain };
}
