import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema/config-schema.ts';
import { httpClientProperties } from '../../src/config/schema/http-client-schema.ts';
import type { JsonSchema } from '../../src/config/schema/json-schema.ts';

/** Defaults that a table of values cannot hold, because they come from elsewhere in the file. */
const describedDefaults: Readonly<Record<string, string>> = {
  'shards[].scrape_timeout': '`global.scrape_timeout`',
  'discovery.scrape_timeout': '`global.scrape_timeout`',
  'aggregation_rules[].without': 'all labels of the shards',
};

/** Described once, for the shards. */
const isRepeated = (key: string): boolean => {
  const client = /^(?:global|(?:shards\[\]|discovery)\.http_sd_configs\[\])\.(\w+)/.exec(key);
  return client !== null && Object.hasOwn(httpClientProperties, client[1]!);
};

/** `key` → default, for every key that holds a value or a list; mappings of known keys are only the way to theirs. */
function keysOf(schema: JsonSchema, path: string): [key: string, fallback: string][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const key = path === '' ? name : `${path}.${name}`;
    const own = child.properties === undefined ? [[key, fallbackOf(key, name, schema, child)] as [string, string]] : [];
    return [...own, ...keysOf(child, key), ...keysOf(child.items ?? {}, `${key}[]`)];
  });
}

function fallbackOf(key: string, name: string, parent: JsonSchema, { default: fallback }: JsonSchema): string {
  if (parent.required?.includes(name) === true) return 'required';
  if (fallback === undefined) return describedDefaults[key] ?? 'none';
  if (fallback === '') return '`""`';
  if (Array.isArray(fallback)) return `\`[${fallback.join(', ')}]\``;
  return `\`${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}\``;
}

function documentedKeys(): [key: string, fallback: string][] {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  return [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \| [^|]+ \|$/gm)].map((match) => [match[1]!, match[2]!]);
}

it('docs/configuration.md lists every key of the schema with its default, in order, and no other', () => {
  const documented = documentedKeys();
  expect(documented.length).toBeGreaterThan(40);
  expect(documented).toEqual(keysOf(configSchema, '').filter(([key]) => !isRepeated(key)));
});

it('global and lists that are fetched know the keys of an HTTP client as shards do', () => {
  const { global, shards, discovery } = configSchema.properties;
  const places = [global!, shards!.items!, ...[shards!.items!, discovery!].map(sourceSchema)];
  for (const [key, schema] of Object.entries(httpClientProperties)) {
    expect(places.map(({ properties }) => properties![key])).toEqual(places.map(() => schema));
  }
});

function sourceSchema({ properties }: JsonSchema): JsonSchema {
  return properties!['http_sd_configs']!.items!;
}
