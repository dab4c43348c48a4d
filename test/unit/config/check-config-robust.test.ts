import { readFileSync } from 'node:fs';
import { array, assert, constantFrom, dictionary, jsonValue, nat, oneof, property, tuple } from 'fast-check';
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
  const damage = array(tuple(nat(example.length), nat(30), constantFrom(...pieces)), { maxLength: 4 });
  assert(
    property(damage, (cuts) => {
      let text = example;
      for (const [at, length, piece] of cuts) text = text.slice(0, at) + piece + text.slice(at + length);
      assertTotal(text);
    }),
    { numRuns: 300 },
  );
});

it('survives any value in the place of any other', () => {
  const value = jsonValue({ maxDepth: 2 });
  const keys = ['global', 'shards', 'deduplication', 'federation', 'aggregation_rules', 'name', 'labels', 'targets'];
  const inner = dictionary(constantFrom(...keys, 'static_configs', 'source', 'record', 'limits', 'match'), value);
  const outer = dictionary(constantFrom(...keys), oneof(value, inner, array(inner, { maxLength: 3 })));
  assert(
    property(outer, (document) => assertTotal(JSON.stringify(document))),
    { numRuns: 300 },
  );
});
