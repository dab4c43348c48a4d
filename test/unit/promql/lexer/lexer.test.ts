import { expect, it } from 'vitest';
import { describeToken } from '../../../../src/promql/lexer/describe-token.ts';
import { createLexer } from '../../../../src/promql/lexer/lexer.ts';

function kinds(text: string): string[] {
  const lexer = createLexer(text);
  const found: string[] = [];
  for (;;) {
    const token = lexer.next();
    found.push(`${token.start} ${token.kind} ${token.text}`.trim());
    if (token.kind === 'end' || token.kind === 'error') return found;
  }
}

it.each([
  ['', ['0 end']],
  ['up', ['0 identifier up', '2 end']],
  ['a:b # c', ['0 metric-identifier a:b', '7 end']],
  ['sum by AND x', ['0 aggregator sum', '4 keyword by', '7 operator AND', '11 identifier x', '12 end']],
  ['start inf', ['0 preprocessor start', '6 number inf', '9 end']],
  [
    '{on="x", `b`!~\'c\'}',
    [
      '0 punctuation {',
      '1 identifier on',
      '3 punctuation =',
      '4 string "x"',
      '7 punctuation ,',
      '9 string `b`',
      '12 operator !~',
      "14 string 'c'",
      '17 punctuation }',
      '18 end',
    ],
  ],
  ['{} or', ['0 punctuation {', '1 punctuation }', '3 operator or', '5 end']],
  [
    '1.5 5m 1y2w3d 0x1F 1_000 .5 1e-3',
    [
      '0 number 1.5',
      '4 duration 5m',
      '7 duration 1y2w3d',
      '14 number 0x1F',
      '19 number 1_000',
      '25 number .5',
      '28 number 1e-3',
      '32 end',
    ],
  ],
  [
    '<= < >= > == != ^ @',
    [
      '0 operator <=',
      '3 operator <',
      '5 operator >=',
      '8 operator >',
      '10 operator ==',
      '13 operator !=',
      '16 operator ^',
      '18 operator @',
      '19 end',
    ],
  ],
  ['1..2', ['0 error bad number or duration syntax: "1.."']],
  ['5mx', ['0 error bad number or duration syntax: "5mx"']],
  ['up)', ['0 identifier up', "3 error unexpected right parenthesis ')'"]],
  ['"a\\q"', ["0 error unknown escape sequence U+0071 'q'"]],
])('cuts %j', (text, tokens) => {
  expect(kinds(text)).toEqual(tokens);
});

it.each([
  ['up', 'identifier "up"'],
  ['a:b', 'metric identifier "a:b"'],
  ['sum', '<aggr:sum>'],
  ['offset', '<offset>'],
  ['+', '<op:+>'],
  ['(', '"("'],
  ['', 'end of input'],
  ['5m', 'duration "5m"'],
  ['"short"', String.raw`string "\"short\""`],
  ['"abcdefghijk"', String.raw`string "\"abcdefghi"...`],
  ['"éééé"', String.raw`string "\"éééé\""`],
  ['"ééééé"', String.raw`string "\"ééééé\""...`],
])('describes %j', (text, description) => {
  expect(describeToken(createLexer(text).next())).toBe(description);
});
