import { expect, it } from 'vitest';
import { labelKey } from '../../../../src/federate/rules/label-key.ts';
import { orderOutputs, type OutputRun } from '../../../../src/federate/rules/output-order.ts';
import { toTheEnd } from './to-the-end.ts';

const run = (name: string, rule: number, groups: [job: string, value: number | undefined][]): OutputRun => ({
  name,
  rule,
  keys: groups.map(([job]) => labelKey(['job', job])),
  values: groups.map(([, value]) => value),
});

it('merges the runs of a name and keeps the first of equal label sets', () => {
  const { outputs, conflicts } = toTheEnd(
    orderOutputs([
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
    ]),
  );
  expect([...outputs].map(({ name, labels, value, rule }) => [name, labels[1], value, rule])).toEqual([
    ['a', 'z', 2, 1],
    ['b', 'a', 3, 1],
    ['b', 'm', 1, 0],
    ['b', 'z', 6, 2],
  ]);
  expect(outputs.length).toBe(4);
  expect(conflicts).toBe(2);
});

it('orders names by their UTF-8 bytes', () => {
  const names = ['\u{1F600}', '\uFFFD', 'z', 'Z'];
  const { outputs } = toTheEnd(orderOutputs(names.map((name) => run(name, 0, [['x', 1]]))));
  expect([...outputs].map(({ name }) => name)).toEqual(['Z', 'z', '\uFFFD', '\u{1F600}']);
});
