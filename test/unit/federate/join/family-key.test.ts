import { expect, it } from 'vitest';
import { FamilyKey } from '../../../../src/federate/join/family-key.ts';

function keyOf(family: string): string {
  const key = new FamilyKey();
  key.read(family);
  return `${key.low} ${key.high}`;
}

it.each([
  ['x', 'x_bucket'],
  ['x', 'x_count'],
  ['x', 'x_sum'],
  ['x_count', 'x_count_bucket'],
])('gives %s and %s one key, as both may hold one series', (a, b) => {
  expect(keyOf(a)).toBe(keyOf(b));
});

it('tells other families apart', () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `family_${i}_total`);
  const keys = new Set([...names, 'x', 'x_total', 'xy', 'x_buckets', 'ä', '\u{1f600}'].map(keyOf));
  expect(keys.size).toBe(names.length + 6);
  for (const word of [0, 1]) expect(new Set([...keys].map((key) => key.split(' ')[word])).size).toBeGreaterThan(99_990);
});
