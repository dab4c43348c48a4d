import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { publishedSchema } from '../../../../src/config/schema/config-schema.ts';

const root = new URL('../../../../', import.meta.url);

it('is the schema in config/, to the byte', () => {
  const published = readFileSync(new URL('config/promgate.schema.json', root), 'utf8');
  expect(published).toBe(`${JSON.stringify(publishedSchema(), null, 2)}\n`);
});

it('can be used by any validator of draft-07', () => {
  const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(publishedSchema());
  expect(validate(parse(readFileSync(new URL('config/hashmod-ha.yml', root), 'utf8')))).toBe(true);
  expect(validate({ shards: [{ name: 's', static_configs: [{ targets: ['h:1'] }], x: 1 }] })).toBe(false);
  expect(validate({ shards: [{ name: 's', static_configs: [{ targets: ['h:1'] }], scrape_timeout: '0s' }] })).toBe(
    false,
  );
});
