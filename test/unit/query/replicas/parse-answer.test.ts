import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/model/errors.ts';
import { parseAnswer } from '../../../../src/query/replicas/parse-answer.ts';
import { parseRawAnswer } from '../../../../src/query/replicas/read-by-query.ts';

const grid = { startMs: 1_700_000_000_000, stepMs: 1000, steps: 2 };
const query = { text: 'up', grid, isInstant: false, lookbackDeltaMs: undefined, wantsStats: false };
const range = { startMs: grid.startMs, endMs: grid.startMs + 1000 };

const matrix = (element: string): string => `{"status":"success","data":{"resultType":"matrix","result":[${element}]}}`;

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'PG_PARSE_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('JSON of another form than the API has', () => {
  it.each([
    ['no result', '{"status":"success","data":{"resultType":"matrix"}}'],
    ['a result that is null', '{"status":"success","data":{"resultType":"matrix","result":null}}'],
    ['no element', matrix('null')],
    ['no labels', matrix('{"values":[[1700000000,"1"]]}')],
    ['a label value that is a number', matrix('{"metric":{"a":1},"values":[[1700000000,"1"]]}')],
    ['values that are no list', matrix('{"metric":{},"values":5}')],
    ['a sample that is null', matrix('{"metric":{},"values":[null]}')],
    ['a value that is no number', matrix('{"metric":{},"values":[[1700000000,"abc"]]}')],
    ['a value that is not in a string', matrix('{"metric":{},"values":[[1700000000,1]]}')],
  ])('%s is the fault of the replica, which the message names', (_, text) => {
    expect(refusal(() => parseAnswer(text, { replica: 'prom-a:9090', query }))).toMatch(/^replica prom-a:9090: .*form/);
    expect(refusal(() => parseRawAnswer(text, 'prom-a:9090', range))).toMatch(/^replica prom-a:9090: .*form/);
  });

  it.each([
    '{"status":"success","warnings":5}',
    '{"status":"success","infos":[1]}',
    '{"status":"success","warnings":null}',
  ])('notes that are no texts are no answer: %s', (text) => {
    expect(refusal(() => parseAnswer(text, { replica: 'r', query }))).toContain('not JSON of Prometheus');
  });
});

it('reads every form of a value', () => {
  const values = ['1.5', '+Inf', '-Inf', 'NaN', '1e-7'].map((value, i) => `[${1_700_000_000 + i / 10},"${value}"]`);
  const [series] = parseRawAnswer(matrix(`{"metric":{"a":"b"},"values":[${values.join(',')}]}`), 'r', range);
  expect(series!.labels).toEqual(['a', 'b']);
  expect([...series!.values]).toEqual([1.5, Infinity, -Infinity, Number.NaN, 1e-7]);
});
