import assert from 'node:assert/strict';
import { QueryError } from '../../../src/promql/engine/query-error.ts';
import { parseEnvelope } from '../../../src/query/replicas/api-envelope.ts';
import { LossyAnswer, parseAnswer } from '../../../src/query/replicas/parse-answer.ts';
import { parseRawAnswer } from '../../../src/query/replicas/read-by-query.ts';
import { type FuzzTarget, bytesOf } from '../engine/fuzz-target.ts';
import { isListed } from './only-codes.ts';

const grid = { startMs: 1_700_000_000_000, stepMs: 1000, steps: 10 };
const query = { text: 'up', grid, isInstant: false, lookbackDeltaMs: undefined, wantsStats: true };
const range = { startMs: grid.startMs, endMs: grid.startMs + 10_000 };

/** Answers that a replica could give, and could not. */
export const apiJson: FuzzTarget = {
  name: 'api-json',
  seeds: bytesOf([
    '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},"values":[[1700000000,"1"],[1700000001.5,"+Inf"]]}]}}',
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1700000000.123,"NaN"]}],"stats":{"samples":{"totalQueryableSamples":3}}},"warnings":["w"],"infos":["i"]}',
    '{"status":"success","data":{"resultType":"scalar","result":[1700000000,"-Inf"]}}',
    '{"status":"error","errorType":"bad_data","error":"1:1: parse error"}',
    '{"status":"error","errorType":"timeout","error":"too slow"}',
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"histogram":[1,{"count":"1","sum":"2"}]}]}}',
    '{"status":"success","data":["a","b"]}',
  ]),
  tokens: bytesOf(
    [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'null',
      'true',
      '1e999',
      '-1',
      '""',
      '{}',
      '[]',
      '[null]',
      '{"metric":null}',
      '"values":',
      '"value":',
    ].concat([
      '"metric":',
      '"result":',
      '"data":',
      '"resultType":',
      '"status":"success"',
      '"__proto__":',
      '\\ud800',
      '"1"',
      '"abc"',
    ]),
  ),
  run(input) {
    const text = Buffer.from(input).toString();
    orAnswerError(() => parseEnvelope(text, 'r'));
    const answer = orAnswerError(() => parseAnswer(text, { replica: 'r', query }));
    for (const note of [...(answer?.warnings ?? []), ...(answer?.infos ?? [])]) assert.equal(typeof note, 'string');
    if (answer !== undefined) assert.equal(typeof answer.samples, 'number');
    for (const series of orAnswerError(() => parseRawAnswer(text, 'r', range)) ?? []) {
      for (const label of series.labels) assert.equal(typeof label, 'string');
      assert.equal(series.values.length, series.timestampsMs.length);
    }
  },
};

function orAnswerError<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof LossyAnswer || error instanceof QueryError) return undefined;
    isListed(error, ['PG_PARSE_INVALID', 'PG_UPSTREAM_STATUS']);
    return undefined;
  }
}
