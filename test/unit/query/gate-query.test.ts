import { expect, it } from 'vitest';
import { createMatcher } from '../../../src/model/matcher.ts';
import { parseQuery } from '../../../src/promql/parse/parse-query.ts';
import { createGate } from '../../../src/promql/selector/selector-gate.ts';
import { printExpr } from '../../../src/promql/print/print-expr.ts';
import { gateQuery } from '../../../src/query/execute/gate-query.ts';

const gate = createGate([createMatcher('team', '=', 'a')]);

it.each([
  ['up', 'up{team="a"}'],
  [
    'sum(rate(x{y="z"}[5m] offset 1m)) / on(job) group_left x',
    'sum(rate(x{team="a",y="z"}[5m] offset 1m)) / on (job) group_left () x{team="a"}',
  ],
  ['max_over_time(sum(x)[1h:1m])', 'max_over_time(sum(x{team="a"})[1h:1m])'],
  ['absent(x) or vector(1)', 'absent(x{team="a"}) or vector(1)'],
  ['info(x, {k="v"})', 'info(x{team="a"}, {k="v"})'],
])('every selector of %s is gated', (text, expected) => {
  const expr = parseQuery(text, { experimentalFunctions: true, durationExpressions: false });
  expect(printExpr(gateQuery(expr, gate))).toBe(expected);
});
