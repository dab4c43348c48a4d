import { httpClientProperties } from './http-client-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { choice, list, positiveDuration, secret, section, text } from './values.ts';

const fileSchema = section(
  'Files of targets, read again when they change.',
  {
    files: list(
      'Paths of files that end in `.json`, `.yml` or `.yaml`; the last part may hold `*`. Relative to this file.',
      {
        type: 'string',
        // As in Prometheus.
        pattern: '^[^*]*(\\*[^/]*)?\\.(json|yml|yaml|JSON|YML|YAML)$',
        'x-expects': 'a path that ends in .json, .yml or .yaml, with "*" in its last part only',
      },
      { minItems: 1, 'x-expects': 'a list of at least one path' },
    ),
    refresh_interval: positiveDuration('How often they are read in any case.', '5m', 'timeout'),
  },
  ['files'],
);

const httpSchema = section(
  'A URL that answers with a JSON list of targets.',
  {
    url: secret({
      type: 'string',
      pattern: '^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+(?:[/?][^\\s#]*)?$',
      description: 'Where the list is fetched.',
      'x-expects': 'an http:// or https:// URL without user and password',
    }),
    refresh_interval: positiveDuration('How often it is fetched.', '1m', 'timeout'),
    ...httpClientProperties,
  },
  ['url'],
);

const dnsSchema = section(
  'Names in the DNS.',
  {
    names: list('Fully qualified names: no search list is used.', text('', 'a name'), {
      minItems: 1,
      'x-expects': 'a list of at least one name',
    }),
    type: choice('Kind of records.', ['SRV', 'A', 'AAAA'], 'SRV'),
    port: {
      type: 'integer',
      minimum: 1,
      maximum: 65_535,
      description: 'Port of the replicas; SRV records have their own.',
      'x-expects': 'a port from 1 to 65535',
    },
    refresh_interval: positiveDuration('How often they are asked for.', '30s', 'timeout'),
  },
  ['names'],
);

const some = { minItems: 1, 'x-expects': 'a list of at least one' } as const;

/** Where lists of targets come from beside the configuration itself. */
export const sourceProperties: Readonly<Record<string, JsonSchema>> = {
  file_sd_configs: list('Files that list targets, in the form of Prometheus.', fileSchema, some),
  http_sd_configs: list('URLs that list targets, in the form of Prometheus.', httpSchema, some),
  dns_sd_configs: list('Names in the DNS that stand for targets.', dnsSchema, some),
};
