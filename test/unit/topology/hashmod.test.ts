import { expect, it } from 'vitest';
import { hashmod } from '../../../src/topology/hashmod.ts';

// As Prometheus 3.5 tells of its targets.
it.each([
  [['10.0.0.1:9100'], ';', 8, 5],
  [['node-exporter', 'eu-west-1a'], ';', 3, 2],
  [['café'], ';', 16, 2],
  [[''], ';', 4, 2],
  [['foo', 'bar', 'baz'], '-', 9_007_199_254_740_991, Number(761_470_820_338_679_664n % 9_007_199_254_740_991n)],
  [['foo\nbar'], ';', 1000, 734],
])('%j joined by %j modulo %i is %i', (values, separator, modulus, expected) => {
  expect(hashmod(values, separator, modulus)).toBe(expected);
});
