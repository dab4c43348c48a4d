import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../../../../src/promql/parse/parse-error.ts';
import { parseQuery } from '../../../../src/promql/parse/parse-query.ts';
import { exprToJson } from '../../../../src/promql/print/expr-to-json.ts';
import { formatQuery } from '../../../../src/promql/print/format-query.ts';
import { printExpr } from '../../../../src/promql/print/print-expr.ts';
import recorded from './recorded-queries.json' with { type: 'json' };

interface Answer {
  readonly error?: string;
  readonly format?: string;
  readonly ast?: unknown;
}

interface Recorded {
  readonly query: string;
  readonly plain: Answer;
  /** With the feature flags, where that makes a difference. */
  readonly features?: Answer;
}

const rows = recorded as unknown as readonly Recorded[];
const plain = { experimentalFunctions: false, durationExpressions: false };
const features = { experimentalFunctions: true, durationExpressions: true };
const cases = rows.flatMap((row) => [
  { query: row.query, flags: 'without', options: plain, answer: row.plain },
  { query: row.query, flags: 'with', options: features, answer: row.features ?? row.plain },
]);

/** Prometheus prints these so that nobody can read them back; ours can be read. */
const unreadable: ReadonlySet<string> = new Set(['info(foo, {})']);
/** What rounds to no time at all is printed as `0s`, which is no range. */
const vanishing: ReadonlySet<string> = new Set(['foo[0.0005]']);

describe('what Prometheus 3.5 answered to queries', () => {
  it.each(cases.filter(({ answer }) => answer.error !== undefined))(
    '$query ($flags features): $answer.error',
    ({ query, options, answer }) => {
      expect(() => parseQuery(query, options)).toThrow(new ParseError(answer.error!));
    },
  );

  it.each(cases.filter(({ answer }) => answer.error === undefined))(
    '$query ($flags features) is fine',
    ({ query, options, answer }) => {
      const expr = parseQuery(query, options);
      if (!unreadable.has(query)) expect(formatQuery(expr)).toBe(answer.format);
      expect(isDeepStrictEqual(JSON.parse(JSON.stringify(exprToJson(expr))), answer.ast)).toBe(true);
      if (vanishing.has(query)) return;
      expect(printExpr(parseQuery(printExpr(expr), options))).toBe(printExpr(expr));
      expect(printExpr(parseQuery(formatQuery(expr), options))).toBe(printExpr(expr));
    },
  );

  it('covers enough of both', () => {
    expect(rows.filter((row) => row.plain.error !== undefined).length).toBeGreaterThan(300);
    expect(rows.filter((row) => row.plain.error === undefined).length).toBeGreaterThan(250);
  });
});

const scripts = new URL('../../../../../shared/promqltest/', import.meta.url);
const evaluation =
  /^eval(?<how>_\w+)?\s+(?:instant(?:\s+at\s+\S+)?|range\s+from\s+\S+\s+to\s+\S+\s+step\s+\S+)\s+(?<query>.*)$/;

describe.skipIf(!existsSync(scripts))('every query of the promqltest scripts', () => {
  const queries = existsSync(scripts)
    ? readdirSync(scripts)
        .filter((file) => file.endsWith('.test'))
        .flatMap((file) => readFileSync(new URL(file, scripts), 'utf8').split('\n'))
        .flatMap((line) => {
          const groups = evaluation.exec(line.trim())?.groups;
          return groups === undefined || groups['how'] === '_fail' ? [] : [groups['query']!];
        })
    : [];

  it('is read, and read again from its printed form', () => {
    expect(queries.length).toBeGreaterThan(900);
    for (const query of queries) {
      const expr = parseQuery(query, features);
      expect(printExpr(parseQuery(printExpr(expr), features))).toBe(printExpr(expr));
    }
  });
});
