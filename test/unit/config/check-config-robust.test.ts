import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/check-config.ts';
import { createSchemaValidator } from '../../../src/config/schema/validate-schema.ts';
import { parseSelector } from './check-text.ts';

const validateSchema = createSchemaValidator();
const example = readFileSync(new URL('../../../config/teams.yml', import.meta.url), 'utf8').replaceAll(
  / *#.*\n/g,
  '\n',
);

/** Never throws; says what is wrong, in the file; gives a configuration exactly where it says nothing of an error. */
function assertTotal(text: string): void {
  const lines = text.split('\n').length;
  const { config, messages } = checkConfig(text, { file: 'f', parseSelector, validateSchema });
  expect(config === undefined).toBe(messages.some(({ severity }) => severity === 'error'));
  for (const { line, column } of messages) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(1);
  }
}

const pieces = [
  '[',
  ']',
  '{',
  '}',
  ': ',
  '- ',
  '\n',
  '\n  ',
  '"',
  "'",
  '*a',
  '&a ',
  '<<: ',
  '0',
  'null',
  '!',
  '|',
  '~',
  '',
];

it('survives any damage to a file', () => {
  const damage = fc.array(fc.tuple(fc.nat(example.length), fc.nat(30), fc.constantFrom(...pieces)), { maxLength: 4 });
  fc.assert(
    fc.property(damage, (cuts) => {
      let text = example;
      for (const [at, length, piece] of cuts) text = text.slice(0, at) + piece + text.slice(at + length);
      assertTotal(text);
    }),
    { numRuns: 6000 },
  );
});

it('survives any value in the place of any other', () => {
  const value = fc.jsonValue({ maxDepth: 2 });
  const keys = ['global', 'shards', 'deduplication', 'federation', 'aggregation_rules', 'name', 'labels', 'targets'];
  const inner = fc.dictionary(fc.constantFrom(...keys, 'static_configs', 'source', 'record', 'limits', 'match'), value);
  const outer = fc.dictionary(fc.constantFrom(...keys), fc.oneof(value, inner, fc.array(inner, { maxLength: 3 })));
  fc.assert(
    fc.property(outer, (document) => assertTotal(JSON.stringify(document))),
    { numRuns: 6000 },
  );
});
