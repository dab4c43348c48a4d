import { expect, it } from 'vitest';
import { literalPrefixes } from '../../../../src/promql/selector/literal-prefixes.ts';

it.each([
  ['', ['']],
  ['up', ['up']],
  ['up|node_.*', ['up', 'node_']],
  ['^job:.*', ['job:']],
  ['^job:.*$', ['job:']],
  ['job:.*|', ['job:', '']],
  ['ab*', ['a']],
  ['ab?c', ['a']],
  ['ab{0}', ['a']],
  ['a😀?', ['a']],
  ['ab+', ['ab']],
  ['^*a', ['']],
  ['?', ['']],
  ['.*', ['']],
  ['(job|slave):.*', ['']],
  ['a|b(c|d)', ['']],
  ['a|b(c)', ['a', 'b']],
  ['a|b(c|d)|e', ['']],
  ['a[|]b|c', ['']],
  [String.raw`a\|b`, ['']],
  [String.raw`a\.b`, ['a']],
  ['(?i)up', ['']],
])('of %j are %j', (expression, prefixes) => {
  expect(literalPrefixes(expression)).toEqual(prefixes);
});
