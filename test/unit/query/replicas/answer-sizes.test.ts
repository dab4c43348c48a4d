import { expect, it } from 'vitest';
import { createAnswerSizes } from '../../../../src/query/replicas/answer-sizes.ts';

it('knows the last answer of a replica to a text, instants and ranges apart', () => {
  const sizes = createAnswerSizes();
  const instant = { text: 'sum(up)', isInstant: true };
  sizes.observe('a', instant, 100);
  sizes.observe('a', instant, 200);
  expect(sizes.last('a', instant)).toBe(200);
  expect(sizes.last('a', { ...instant, isInstant: false })).toBe(Infinity);
  expect([sizes.last('b', instant), sizes.last('a', { ...instant, text: 'sum(down)' })]).toEqual([Infinity, Infinity]);
});

it('forgets texts that were not asked for lately', () => {
  const sizes = createAnswerSizes();
  for (let i = 0; i < 3000; i++) sizes.observe('a', { text: `${'x'.repeat(1000)}${i}`, isInstant: true }, i);
  const last = (i: number): number => sizes.last('a', { text: `${'x'.repeat(1000)}${i}`, isInstant: true });
  expect([last(0), last(2999)]).toEqual([Infinity, 2999]);
});
