import { expect, it } from 'vitest';
import { configSchema } from '../../../../src/config/schema/config-schema.ts';
import type { JsonSchema } from '../../../../src/config/schema/json-schema.ts';
import { isNotBuiltYet } from '../../../../src/config/schema/not-built-yet.ts';

it.each([
  ['', 'remote_write', true],
  ['', 'tenants', false],
  ['/shards/12', 'bearer_token', true],
  ['/shards/12', 'tennants', false],
  ['/aggregation_rules/0', 'basic_auth', false],
])('%j %s', (section, key, expected) => {
  expect(isNotBuiltYet(section, key)).toBe(expected);
});

it('holds no key that is built', () => {
  const built: string[] = [];
  const walk = (schema: JsonSchema, pointer: string): void => {
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      if (isNotBuiltYet(pointer, key)) built.push(`${pointer}/${key}`);
      walk(child, `${pointer}/${key}`);
    }
    if (schema.items !== undefined) walk(schema.items, `${pointer}/0`);
  };
  walk(configSchema, '');
  expect(built).toEqual([]);
});
