import protobuf from 'protobufjs/minimal.js';
import SnappyJS from 'snappyjs';
import { expect, it } from 'vitest';
import { GatewayError } from '../../../src/model/errors.ts';
import { noShards } from '../../../src/model/no-shards.ts';
import { QueryError, type QueryErrorType } from '../../../src/promql/engine/query-error.ts';
import { answerOf, createFixture, fixtureServing } from './server-fixture.ts';

const body = SnappyJS.compress(protobuf.Writer.create().uint32(10).bytes(new Uint8Array(0)).finish());

async function read(error: Error): Promise<{ status: number; type: string | undefined; text: string }> {
  const serving = fixtureServing(async () => answerOf([]));
  const fail = async (): Promise<never> => {
    throw error;
  };
  const failing = { ...serving, query: { ...serving.query, read: fail } };
  const { server } = createFixture(async () => answerOf([]), {}, { current: () => failing });
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };
  const answer = await server.app.inject({ method: 'POST', url: '/api/v1/read', headers, payload: Buffer.from(body) });
  return { status: answer.statusCode, type: answer.headers['content-type']?.toString(), text: answer.body };
}

const type = 'text/plain; charset=utf-8';

it.each<[QueryErrorType, number, string]>([
  ['unavailable', 503, noShards],
  ['bad_data', 400, 'exceeded sample limit (5)'],
  ['timeout', 503, 'query timed out in query execution'],
  ['execution', 422, 'no'],
])('a read that fails as %s is answered with %i and why', async (errorType, status, message) => {
  expect(await read(new QueryError(errorType, message))).toEqual({ status, type, text: `${message}\n` });
});

it('a read that is not begun says so', async () => {
  const text = 'too many queries';
  expect(await read(new GatewayError('PG_OVERLOADED', text))).toEqual({ status: 503, type, text: `${text}\n` });
});
