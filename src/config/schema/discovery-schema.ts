import type { JsonSchema, SectionSchema } from './json-schema.ts';
import { pathPrefixSchema } from './shard-schema.ts';
import { sourceProperties } from './sources-schema.ts';
import { choice, duration, flag, labelMapping, labelName, list, positiveDuration, section, text } from './values.ts';

const targetsSchema = section(
  'Targets that share labels.',
  {
    targets: list('Addresses `host:port`.', text('', 'host:port'), {
      minItems: 1,
      'x-expects': 'a list of at least one host:port',
    }),
    labels: labelMapping('Labels of these targets.'),
  },
  ['targets'],
);

const labelNames = { default: [], uniqueItems: true, 'x-expects': 'a list of different label names' } as const;

const roleLabel = (description: string, fallback: string): JsonSchema => ({
  ...labelName,
  description,
  default: fallback,
});

export const discoverySchema: SectionSchema = section(
  'One list of targets that say by their labels which shard they belong to: shards come and go with it.',
  {
    static_configs: list('Targets that are always there.', targetsSchema, {
      minItems: 1,
      'x-expects': 'a list of at least one group of targets',
    }),
    ...sourceProperties,
    shard_label: roleLabel("Label of a target that holds its shard's name.", 'shard'),
    replica_label: roleLabel(
      "Label of a target that holds the replica's name; without it that is the address.",
      'replica',
    ),
    labels: list("Labels of targets that become the shard's external labels.", labelName, labelNames),
    owns_labels: list('Those of `labels` that no series of a shard carries itself.', labelName, labelNames),
    forget_after: duration('How long a shard that has lost its last target is still reported as down.', '1h'),
    scheme: choice('Protocol of the replicas, where the label `__scheme__` does not say.', ['http', 'https'], 'http'),
    path_prefix: {
      ...pathPrefixSchema,
      description: 'Path before `/federate` and `/api`, where the label `__path_prefix__` does not say.',
    },
    scrape_timeout: positiveDuration(
      'Budget of one upstream /federate read; that of `global` where none is given.',
      undefined,
      'timeout',
    ),
    enable_compression: flag('Whether to ask the replicas for gzip.', true),
  },
);
