import { array, assert, constantFrom, dictionary, jsonValue, nat, oneof, property, tuple } from 'fast-check';
import { it } from 'vitest';
import { assertTotal } from '../../fuzz/config/assert-total.ts';
import { exampleConfig } from '../../fuzz/config/example-config.ts';
import { yamlTokens } from '../../fuzz/config/yaml-tokens.ts';

const example = exampleConfig('teams');

it('survives any damage to a file', () => {
  const damage = array(tuple(nat(example.length), nat(30), constantFrom('', ...yamlTokens)), { maxLength: 4 });
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
