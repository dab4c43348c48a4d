import assert from 'node:assert/strict';
import { formatQuery } from '../../../src/promql/print/format-query.ts';
import { ParseError } from '../../../src/promql/parse/parse-error.ts';
import { parseQuery } from '../../../src/promql/parse/parse-query.ts';
import { formatSelector } from '../../../src/promql/selector/format-selector.ts';
import { parseSelector } from '../../../src/promql/selector/parse-selector.ts';
import { type FuzzTarget, bytesOf } from '../engine/fuzz-target.ts';
import { orListed } from './only-codes.ts';

const selectorSeeds = [
  'up',
  '{__name__=~"job:.+",slave!="0"}',
  'http_requests_total{code=~"5..|4[0-9]{2}",job!~"a|b",path="/"}',
  '{"my.metric","my.label"="x\\n\\"\\u00e4"}',
  '{__name__="a",__name__=~"b"}',
  `{a='x',b=\`y\`,}`,
];

const querySeeds = [
  ...selectorSeeds,
  'sum by (job, le) (rate(http_requests_total{code!="500"}[5m] offset 1h))',
  'histogram_quantile(0.95, sum without (slave) (rate(m_bucket[10s])))',
  'a + on (job) group_left (zone) b * -1 ^ 2 ^ 3 and ignoring (x) c or d unless e',
  'max_over_time(rate(m[1m])[1h:30s] @ end() offset -5m) > bool 0x1F',
  'topk(3, absent(up{job="x"})) == 1e3 % Inf atan2 NaN',
  'label_replace(up, "a", "$1", "b", "(.*)") # comment\n',
  'count_values("v", 1_000) / quantile by () (.5, vector(time()))',
];

const tokens = bytesOf(
  [
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '=',
    '!=',
    '=~',
    '!~',
    '"',
    "'",
    '`',
    '\\',
    '@',
    '#',
    '\n',
    '-',
    '^',
    ' ',
    '==',
    '>= bool',
  ].concat([
    'by',
    'on',
    'offset',
    'group_left',
    'sum',
    'rate',
    'start()',
    'NaN',
    'Inf',
    '5m',
    '1y2w',
    '0x',
    '1e',
    '..',
    '__name__',
    '(?i)',
    '{1000}',
    '\\xff',
    '\\u00e4',
    '\uFFFD',
  ]),
);

/** A selector or an error of Prometheus' own; what it is written as reads as the same selector. */
export const selector: FuzzTarget = {
  name: 'selector',
  seeds: bytesOf(selectorSeeds),
  tokens,
  run(input) {
    const text = Buffer.from(input).toString();
    const parsed = orListed(() => parseSelector(text), ['PG_SELECTOR_INVALID']);
    if (parsed === undefined) return;
    const written = formatSelector(parsed);
    assert.equal(formatSelector(parseSelector(written)), written, `not stable: ${written}`);
  },
};

/** As Prometheus does, `Inf ^ 2` is printed with the sign of the number, which reads as an operator: one more each time. */
const withoutSigns = (query: string | undefined): string | undefined => query?.replaceAll(/\++Inf/g, 'Inf');

/** A query or a `ParseError`; printed, it reads as the same query. */
export const promql: FuzzTarget = {
  name: 'promql',
  seeds: bytesOf(querySeeds),
  tokens,
  run(input) {
    const text = Buffer.from(input).toString();
    const options = { experimentalFunctions: true, durationExpressions: true };
    const parse = (query: string): string | undefined => {
      try {
        return formatQuery(parseQuery(query, options));
      } catch (error) {
        if (error instanceof ParseError) return undefined;
        throw error;
      }
    };
    const printed = parse(text);
    if (printed === undefined) return;
    assert.equal(withoutSigns(parse(printed)), withoutSigns(printed), `not stable: ${printed}`);
  },
};
