import { httpClientProperties } from './http-client-schema.ts';
import type { JsonSchema, SectionSchema } from './json-schema.ts';
import { sourceProperties } from './sources-schema.ts';
import { choice, flag, labelMapping, labelName, list, positiveDuration, section, text } from './values.ts';

const targetGroupSchema = section(
  'Replicas by address.',
  {
    targets: list('Addresses `host:port` of the replicas, in the order of preference.', text('', 'host:port'), {
      minItems: 1,
      'x-expects': 'a list of at least one host:port',
    }),
  },
  ['targets'],
);

export const pathPrefixSchema: JsonSchema = {
  type: 'string',
  pattern: '^(?:/[^?#\\s]*)?$',
  description: "Path before `/federate` and `/api`, where the replicas' `--web.external-url` has one.",
  default: '',
  'x-expects': 'a path that starts with "/", without "?" and "#"',
};

export const shardSchema: SectionSchema = section(
  'One horizontal part of the fleet.',
  {
    name: text('Unique name, seen in metrics, logs and `promgate_federate_shard_up`.', 'a name (text)'),
    labels: labelMapping(
      "The shard's external labels: attached where a series lacks them, used to route and to prune.",
    ),
    owns_labels: list(
      'Those of `labels` that no series of this shard carries itself, so that they alone may rule the shard out.',
      labelName,
      { default: [], uniqueItems: true, 'x-expects': 'a list of different label names' },
    ),
    static_configs: list("The shard's replicas.", targetGroupSchema, {
      minItems: 1,
      'x-expects': 'a list of at least one group of targets',
    }),
    ...sourceProperties,
    scheme: choice('Protocol of the replicas.', ['http', 'https'], 'http'),
    path_prefix: pathPrefixSchema,
    scrape_timeout: positiveDuration(
      'Budget of one upstream /federate read of this shard; that of `global` where none is given.',
      undefined,
      'timeout',
    ),
    hashmod_index: {
      type: 'integer',
      minimum: 0,
      description:
        'The remainder of `sharding.hashmod` whose targets this shard holds; left out where it holds others too.',
      'x-expects': 'a whole number from 0',
    },
    enable_compression: flag('Whether to ask the replicas for gzip.', true),
    ...httpClientProperties,
  },
  ['name'],
);
