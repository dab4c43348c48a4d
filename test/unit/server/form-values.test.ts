import { describe, expect, it } from 'vitest';
import { parseFormValues, queryOf } from '../../../src/server/form-values.ts';

const parse = (query: string): Record<string, readonly string[]> => Object.fromEntries(parseFormValues(query));

describe('parseFormValues', () => {
  it.each<[string, Record<string, string[]>]>([
    ['', {}],
    ['&&', {}],
    ['a', { a: [''] }],
    ['a=', { a: [''] }],
    ['=v', { '': ['v'] }],
    ['a=1=2', { a: ['1=2'] }],
    ['a=1&b=2&a=3', { a: ['1', '3'], b: ['2'] }],
    ['a=x+y%20z', { a: ['x y z'] }],
    ['a=x%2By', { a: ['x+y'] }],
    ['match%5B%5D=up%3B', { 'match[]': ['up;'] }],
    ['match[]={job=~"a|b"}', { 'match[]': ['{job=~"a|b"}'] }],
    ['a=%C3%A9', { a: ['é'] }],
    ['a=\xc3\xa9', { a: ['é'] }],
    ['a=%EF%BB%BFx', { a: ['\ufeffx'] }],
    ['__proto__=1', Object.fromEntries([['__proto__', ['1']]])],
  ])('%j', (query, expected) => {
    expect(parse(query)).toEqual(expected);
  });

  it.each([
    ['a=%zz', 'error parsing form values: invalid URL escape "%zz"'],
    ['%zz=a', 'error parsing form values: invalid URL escape "%zz"'],
    ['a=1%', 'error parsing form values: invalid URL escape "%"'],
    ['a=1%4', 'error parsing form values: invalid URL escape "%4"'],
    ['a=%4x1', 'error parsing form values: invalid URL escape "%4x"'],
    ['a=%20%zz%yy', 'error parsing form values: invalid URL escape "%zz"'],
    ['a=1;b=2', 'error parsing form values: invalid semicolon separator in query'],
    ['a=1&;', 'error parsing form values: invalid semicolon separator in query'],
    ['a=%zz;', 'error parsing form values: invalid semicolon separator in query'],
    ['a=%ff', 'error parsing form values: invalid UTF-8 in "%ff"'],
  ])('refuses %j', (query, message) => {
    expect(() => parse(query)).toThrow(expect.objectContaining({ code: 'PG_BAD_REQUEST', message }));
  });
});

describe('queryOf', () => {
  it.each([
    ['/federate', ''],
    ['/federate?', ''],
    ['/federate?a=b?c', 'a=b?c'],
  ])('%s', (target, query) => {
    expect(queryOf(target)).toBe(query);
  });
});
