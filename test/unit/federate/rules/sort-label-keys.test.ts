import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { labelKey, parseLabelKey } from '../../../../src/federate/rules/label-key.ts';
import { mergeLabelKeys, sortLabelKeys } from '../../../../src/federate/rules/sort-label-keys.ts';
import { compareLabelSets } from '../../../../src/model/label-set.ts';
import { toTheEnd } from './to-the-end.ts';

// Values whose order as JSON text is not that of the label sets.
const value = fc.constantFrom('a', 'a!', 'a"', 'a\\', 'a\n', '\uFFFD', '\u{1F600}', '0', '00');
const label = fc.tuple(fc.constantFrom('a', 'b', 'a!'), value);
const key = fc
  .uniqueArray(label, { maxLength: 3, selector: ([name]) => name })
  .map((pairs) => labelKey(pairs.sort(([a], [b]) => (a < b ? -1 : 1)).flat()));
const keys = fc.uniqueArray(key, { maxLength: 60 });

const sorted = (list: readonly string[]): string[] =>
  list.toSorted((a, b) => compareLabelSets(parseLabelKey(a), parseLabelKey(b)));

it('sorts as one comparison of all would', () => {
  fc.assert(
    fc.property(keys, (list) => {
      expect(toTheEnd(sortLabelKeys(list))).toEqual(sorted(list));
    }),
  );
});

it('merges what is sorted', () => {
  fc.assert(
    fc.property(keys, fc.func(fc.boolean()), (list, isFirst) => {
      const [first, second] = [list.filter((one) => isFirst(one)), list.filter((one) => !isFirst(one))];
      expect(toTheEnd(mergeLabelKeys(sorted(first), sorted(second)))).toEqual(sorted(list));
    }),
  );
});

it.each([
  ['sorted', (i: number): number => i],
  ['backwards', (i: number): number => -i],
  ['mixed', (i: number): number => (i * 7919) % 5000],
])('sorts thousands that come %s, in many steps', (_, place) => {
  const text = (i: number): string => labelKey(['id', String(10_000 + place(i))]);
  const list = Array.from({ length: 5000 }, (_, i) => text(i));
  let steps = 0;
  const all = sortLabelKeys(list);
  for (;;) {
    const step = all.next();
    steps += 1;
    if (step.done !== true) continue;
    expect(step.value).toEqual(sorted(list));
    break;
  }
  expect(steps).toBeGreaterThan(20);
});
