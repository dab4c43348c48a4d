import { expect, it } from 'vitest';
import {
  canonicalMetricName,
  canonicalPair,
  HASH_SLACK_BYTES,
  hashLabelSet,
  PartHash,
} from '../../../../src/exposition/text/label-set-hash.ts';

it('does not depend on the order of labels', () => {
  expect(hashLabelSet('m', ['a', '1', 'b', '2'])).toEqual(hashLabelSet('m', ['b', '2', 'a', '1']));
});

it('ignores empty values', () => {
  expect(hashLabelSet('m', ['a', '1', 'b', ''])).toEqual(hashLabelSet('m', ['a', '1']));
});

it('gives unsigned words of 32 bits', () => {
  for (let i = 0; i < 100; i++) {
    for (const word of hashLabelSet(`m${i}`, ['a', String(i)])) {
      expect(Number.isInteger(word) && word >= 0 && word < 2 ** 32).toBe(true);
    }
  }
});

it('tells similar label sets apart, in each word', () => {
  const sets: [string, string[]][] = [
    ['m', []],
    ['m', ['a', 'b']],
    ['m', ['b', 'a']],
    ['m', ['ab', '']],
    ['m', ['a', 'bc']],
    ['m', ['ab', 'c']],
    ['m', ['a', 'b', 'c', 'd']],
    ['m', ['a', 'd', 'c', 'b']],
    ['a', ['m', 'b']],
    ['m', ['a', 'b\0']],
    ['my.metric', []],
    ['"my.metric"', []],
  ];
  const hashes = sets.map(([name, labels]) => hashLabelSet(name, labels));
  const distinct = new Set(
    sets.map(([name, labels]) => JSON.stringify([name, labels.filter((_, i) => labels[i | 1] !== '')])),
  );
  for (const word of [0, 1]) expect(new Set(hashes.map((hash) => hash[word])).size).toBe(distinct.size);
});

it('spreads a hundred thousand series over both words', () => {
  const lows = new Set<number>();
  const highs = new Set<number>();
  const both = new Set<bigint>();
  for (let i = 0; i < 100_000; i++) {
    const [low, high] = hashLabelSet('http_requests_total', [
      'code',
      String(200 + (i % 5)),
      'instance',
      `10.0.0.${i}:80`,
    ]);
    lows.add(low);
    highs.add(high);
    both.add((BigInt(high) << 32n) | BigInt(low));
  }
  expect(both.size).toBe(100_000);
  // About one collision is expected among this many words of 32 bits.
  expect(lows.size).toBeGreaterThan(99_980);
  expect(highs.size).toBeGreaterThan(99_980);
});

it('reads no further than the range', () => {
  const part = new PartHash();
  const hashes = ['abcdeXXXX', 'abcdeYYYY'].map((text) => {
    const bytes = new TextEncoder().encode(text);
    expect(bytes.length).toBe(5 + HASH_SLACK_BYTES);
    part.pair(new DataView(bytes.buffer), 0, 5);
    return [part.low, part.high];
  });
  expect(hashes[0]).toEqual(hashes[1]);
});

it.each([
  ['m:x_1', 'm:x_1'],
  ['my.metric', '"my.metric"'],
  ['a"\\\n', '"a\\"\\\\\\n"'],
  ['1a', '"1a"'],
])('metric name %j is written %s', (name, text) => {
  expect(canonicalMetricName(name)).toBe(text);
});

it.each([
  ['a', 'x"\\\n', 'a="x\\"\\\\\\n"'],
  ['my.label', 'x', '"my.label"="x"'],
  ['a:b', 'x', '"a:b"="x"'],
])('label %j of value %j is written %s', (name, value, text) => {
  expect(canonicalPair(name, value)).toBe(text);
});
