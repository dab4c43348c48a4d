import { expect, it } from 'vitest';
import { regexpSize } from '../../../../src/promql/selector/regexp-size.ts';

it.each([
  ['', 0],
  ['abc', 3],
  ['a{3}', 3],
  ['ab{3,10}c', 12],
  ['a{5,}', 5],
  ['(ab){4}', 8],
  ['((a{10}b){10}c){10}', 1110],
  ['[a-z{3}]{7}', 7],
  [String.raw`\p{Greek}{4}\x{41}{2}\{{3}`, 9],
  [String.raw`\Qa{9}\E`, 8],
  ['a{x}', 4],
  ['a{0}', 1],
  ['((((', 0],
  ['a)b', 3],
])('of %j is %d', (expression, size) => {
  expect(regexpSize(expression)).toBe(size);
});
