import { expect, it } from 'vitest';
import { orderOutputs, type OutputRun } from '../../../../src/federate/rules/output-order.ts';

const run = (name: string, rule: number, groups: [job: string, value: number | undefined][]): OutputRun => ({
  name,
  rule,
  groups: groups.map(([job, value]) => ({ labels: ['job', job], value })),
});

it('merges the runs of a name and keeps the first of equal label sets', () => {
  const { outputs, conflicts } = orderOutputs([
    run('b', 0, [
      ['m', 1],
      ['p', undefined],
    ]),
    run('a', 1, [['z', 2]]),
    run('b', 1, [
      ['a', 3],
      ['m', 4],
      ['p', 5],
    ]),
    run('b', 2, [
      ['m', undefined],
      ['z', 6],
    ]),
  ]);
  expect(outputs.map(({ name, labels, value, rule }) => [name, labels[1], value, rule])).toEqual([
    ['a', 'z', 2, 1],
    ['b', 'a', 3, 1],
    ['b', 'm', 1, 0],
    ['b', 'z', 6, 2],
  ]);
  expect(conflicts).toBe(2);
});

it('orders names by their UTF-8 bytes', () => {
  const names = ['\u{1F600}', '\uFFFD', 'z', 'Z'];
  const { outputs } = orderOutputs(names.map((name) => run(name, 0, [['x', 1]])));
  expect(outputs.map(({ name }) => name)).toEqual(['Z', 'z', '\uFFFD', '\u{1F600}']);
});
