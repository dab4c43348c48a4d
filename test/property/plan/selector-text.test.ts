import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { GatewayError } from '../../../src/model/errors.ts';
import { createMatcher, type MatchOperator } from '../../../src/model/matcher.ts';
import { formatSelector } from '../../../src/promql/selector/format-selector.ts';
import { parseSelector } from '../../../src/promql/selector/parse-selector.ts';
import { readSelectorTokens } from '../../../src/promql/selector/read-selector-tokens.ts';
import { readSelectorTree } from '../../../src/promql/selector/read-selector-tree.ts';
import { tokenize } from '../../../src/promql/selector/selector-tokens.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('job', 'a:b', '\n"\\', '\ufffd', '😀'),
);
const matcher = fc.tuple(text, fc.constantFrom<MatchOperator>('=', '!='), text);
const pieces = fc.oneof(
  fc.constantFrom('up', 'sum', 'offset', 'on', 'inf', 'atan2', 'a:b', 'by', 'start'),
  fc.constantFrom('{', '}', '{', '}', ',', '=', '=~', '!=', '!~', '(', ')', '[', ']', '-', '@'),
  fc.constantFrom('"x"', "'y'", '`z`', '"(.*"', '"a|b"', String.raw`"\x"`, '"', String.raw`"\xff"`, '"é😀"'),
  fc.constantFrom(' ', '\n', '\r', '#c\n', '#c\r', '\u00a0', '1', '5m', '1e'),
);

it('a formatted selector reads as what was formatted, and formats the same again', () => {
  fc.assert(
    fc.property(fc.array(matcher, { minLength: 1, maxLength: 5 }), (parts) => {
      const written = formatSelector({ matchers: parts.map((part) => createMatcher(...part)) });
      const read = parseSelector(written);
      const plain = read.matchers.map(({ name, operator, value }) => JSON.stringify([name, operator, value]));
      expect(plain.sort()).toEqual([...new Set(parts.map((part) => JSON.stringify(part)))].sort());
      expect(formatSelector(read)).toBe(written);
      const shuffled = { matchers: [...read.matchers].reverse().concat(read.matchers) };
      expect(formatSelector(shuffled)).toBe(written);
    }),
    { numRuns: 500 },
  );
});

it('any text is a selector or a PG_SELECTOR_INVALID with a position', () => {
  const garbage = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.array(pieces, { maxLength: 9 }).map((list) => list.join('')),
  );
  fc.assert(
    fc.property(garbage, (source) => {
      try {
        parseSelector(source);
      } catch (error) {
        expect(error).toBeInstanceOf(GatewayError);
        expect(error).toMatchObject({
          code: 'PG_SELECTOR_INVALID',
          message: expect.stringMatching(/^(\d+:\d+|unknown position): parse error: ./),
        });
      }
    }),
    { numRuns: 2_000 },
  );
});

it('the official grammar reads nothing in another way than Prometheus does', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 9 }), (list) => {
      const source = list.join('');
      const tokens = tokenize(source);
      const tree = readSelectorTree(source, tokens);
      if (tree === undefined) return;
      expect(Array.from(readSelectorTokens(source, tokens), ({ name }) => name.start)).toEqual(
        tree.map(({ name }) => name.start),
      );
    }),
    { numRuns: 2_000 },
  );
});
