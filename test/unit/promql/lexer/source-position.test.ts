import { expect, it } from 'vitest';
import { sourcePosition } from '../../../../src/promql/lexer/source-position.ts';

it.each([
  ['', 0, 'unknown position'],
  ['up', 0, '1:1'],
  ['up', 2, '1:3'],
  ['a\nb\n c', 5, '3:2'],
  ['é😀x', 3, '1:7'],
  ['é\nx', 2, '2:1'],
])('of offset in %j (%d) is %s', (text, offset, position) => {
  expect(sourcePosition(text, offset)).toBe(position);
});
