import { expect, it } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { describeChange } from '../../../src/gateway/describe-change.ts';

const fleet = (shards: Readonly<Record<string, readonly string[]>>): Config =>
  ({
    shards: Object.entries(shards).map(([name, replicas]) => ({
      name,
      replicas: replicas.map((replica) => ({ name: replica })),
    })),
  }) as unknown as Config;

it('names what came and what went', () => {
  expect(describeChange(fleet({ s: ['a', 'b'] }), fleet({ s: ['b'], t: ['a'] }))).toEqual({
    shards: 2,
    replicas: 2,
    added: 't/a',
    removed: 's/a',
  });
});

it('has nothing to say where the fleet is the same, in whatever order', () => {
  expect(describeChange(fleet({ s: ['a', 'b'], t: [] }), fleet({ t: [], s: ['b', 'a'] }))).toBeUndefined();
});

it('does not list a whole fleet', () => {
  const many = Array.from({ length: 25 }, (_, i) => `h${i}`);
  expect(describeChange(fleet({}), fleet({ s: many }))?.added).toMatch(/^s\/h0, .*, s\/h19 and 5 more$/);
});
