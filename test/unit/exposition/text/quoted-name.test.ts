import { describe, expect, it } from 'vitest';
import {
  endOfQuotedName,
  isBareLabelName,
  isBareMetricName,
  isNameAfter,
} from '../../../../src/exposition/text/quoted-name.ts';

describe('endOfQuotedName', () => {
  it.each([
    ['"a"\n', 3],
    ['"my.metric",\n', 11],
    ['" "\n', 3],
    ['"é"\n', 4],
  ])('%j ends at %i', (text, end) => {
    expect(endOfQuotedName(Buffer.from(text), 0)).toBe(end);
  });

  it.each(['""\n', '"a\n', '"a\\"b"\n', '"a\0"\n', '"\n'])('leaves %j to the parser', (text) => {
    expect(endOfQuotedName(Buffer.from(text), 0)).toBe(-1);
  });

  it('leaves bytes that are not UTF-8 to the parser', () => {
    expect(endOfQuotedName(Buffer.from('"\xff"\n', 'latin1'), 0)).toBe(-1);
  });
});

it.each([
  ['a', true, true],
  ['_a9', true, true],
  ['a:b', false, true],
  [':a', false, true],
  ['9a', false, false],
  ['a.b', false, false],
  ['a b', false, false],
  ['é', false, false],
])('%j is bare as a label name: %s, as a metric name: %s', (name, label, metric) => {
  const bytes = Buffer.from(`.${name}.`);
  expect(isBareLabelName(bytes, 1, bytes.length - 1)).toBe(label);
  expect(isBareMetricName(bytes, 1, bytes.length - 1)).toBe(metric);
});

const ordered = ['"!"', '"9"', 'A', '"a.b"', 'a1', 'ab', 'abc', '"abc d"', '"b="', '"é"'];

it.each(ordered.flatMap((a, i) => ordered.map((b, j) => [a, b, i < j] as const)))(
  '%s before %s: %s',
  (a, b, isAfter) => {
    const bytes = Buffer.from(`${a}="x",${b}="y"`);
    expect(isNameAfter(bytes, 0, Buffer.byteLength(a) + 5)).toBe(isAfter);
  },
);

it('takes a name for the prefix of a longer one, in quotes or not', () => {
  const bytes = Buffer.from('a="x","a.b"="y"');
  expect(isNameAfter(bytes, 0, 6)).toBe(true);
  expect(isNameAfter(bytes, 6, 0)).toBe(false);
});
