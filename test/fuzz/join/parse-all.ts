import assert from 'node:assert/strict';
import { EntryParser } from '../../../src/exposition/text/entry-parser.ts';
import type { LabelLimits } from '../../../src/exposition/text/label-limits.ts';
import { isListed } from '../targets/only-codes.ts';

/**
 * Throws unless the parser ends behind each entry of `input`, or with a listed error; where the bytes end makes no
 * difference before that.
 */
export function parseAll(input: Uint8Array, limits: LabelLimits): void {
  const parser = new EntryParser(limits);
  const first = new EntryParser(limits);
  try {
    for (let at = 0; at < input.length; at = parser.end) {
      if (parser.parse(input, at, input.length, 1) === 'incomplete') return;
      assert.ok(parser.end > at && input[parser.end - 1] === 0x0a, 'an entry ends with its line');
      assert.equal(first.parse(input, at, parser.end - 1, 1), 'incomplete', 'an entry without its end is none');
    }
  } catch (error) {
    isListed(error, ['PG_PARSE_INVALID', 'PG_LIMIT_LABELS', 'PG_LIMIT_LABEL_VALUE']);
  }
}
