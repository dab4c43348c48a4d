import { describe, expect, it } from 'vitest';
import { type DurationError, resolveDurations } from '../../../../src/promql/ast/resolve-durations.ts';
import { parseQuery } from '../../../../src/promql/parse/parse-query.ts';
import { printExpr } from '../../../../src/promql/print/print-expr.ts';

const options = { experimentalFunctions: true, durationExpressions: true };

function resolve(query: string): string {
  return printExpr(resolveDurations(parseQuery(query, options), { stepMs: 15_000 }));
}

describe('durations that are worked out', () => {
  it.each([
    ['foo[5m*2]', 'foo[10m]'],
    ['rate(foo[(5m+1m)*2:1m*2] offset -(5m*2))', 'rate(foo[12m:2m] offset -10m)'],
    ['foo[2^3^0]', 'foo[2s]'],
    ['foo[10%4]', 'foo[2s]'],
    ['foo offset (5m-10m)', 'foo offset -5m'],
    ['foo[-5m+10m]', 'foo[5m]'],
  ])('%s is %s', (query, resolved) => {
    expect(resolve(query)).toBe(resolved);
  });

  // Recorded from Prometheus 3.5.
  it.each([
    ['foo[5m-10m]', '4:10: duration must be greater than 0'],
    ['foo offset (5m/(1m-1m))', '12:21: division by zero'],
    ['foo[10%(5-5)]', '4:11: modulo by zero'],
    ['foo[5m:1m-2m]', '7:12: duration must be greater than 0'],
    ['foo[10^10^10]', '4:12: duration is out of range'],
    ['foo offset (10^400)', '12:18: duration is out of range'],
    ['foo[-(-5m*0)]', '4:11: duration must be greater than 0'],
    ['sum(foo) + sum(rate(foo[(5m-10m)*2]))', '25:34: duration must be greater than 0'],
  ])('%s: %s', (query, problem) => {
    let found: unknown;
    try {
      resolve(query);
    } catch (error) {
      found = error;
    }
    expect((found as DurationError).describe(query)).toBe(problem);
  });
});
