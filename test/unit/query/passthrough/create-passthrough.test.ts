import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import { parseSelector } from '../../../../src/promql/selector/parse-selector.ts';
import { createTenantGates } from '../../../../src/promql/selector/tenant-gates.ts';
import { createAnswerSizes } from '../../../../src/query/replicas/answer-sizes.ts';
import { createPassthrough, type PassedAnswer } from '../../../../src/query/passthrough/create-passthrough.ts';
import type { QueryRequest } from '../../../../src/query/service.ts';
import { createUpstreamPools } from '../../../../src/upstream/upstream-pools.ts';

const success = '{"status":"success","data":{"resultType":"vector","result":[]}}';
const pools = createUpstreamPools({ version: 'test', now: () => Date.now() });
const closing: (() => void)[] = [() => void pools.close()];

afterEach(() => {
  for (const close of closing.splice(1)) close();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function shardOf(answers: readonly Answer[]): Promise<ReturnType<typeof createPassthrough>> {
  const addresses = await Promise.all(
    answers.map(async (answer) => {
      const server = createServer(answer).listen(0, '127.0.0.1');
      closing.push(() => (server.closeAllConnections(), server.close()));
      await once(server, 'listening');
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  const shard = { name: 'a', labels: { slave: '1' }, owns_labels: ['slave'], static_configs: [{ targets: addresses }] };
  const { config } = loadConfig(JSON.stringify({ shards: [shard] }), { file: 'promgate.yml', parseSelector });
  const thread = {
    config,
    pools,
    rules: compileRules([]),
    gateOf: createTenantGates(undefined),
    isPrometheus: async () => true,
    externalLabels: async () => ({}),
    answerSizes: createAnswerSizes(),
  };
  return createPassthrough({ thread, preference: () => ({ leader: 0, avoided: [] }), onReplicaError: () => undefined });
}

const asked: QueryRequest = {
  text: 'sum(up{slave="1"})',
  isInstant: true,
  grid: { startMs: 0, stepMs: 1, steps: 1 },
  timeoutMs: undefined,
  limit: 0,
  lookbackDeltaMs: undefined,
  wantsStats: false,
  tenant: undefined,
  partialResponse: 'warn',
  acceptsGzip: true,
};

async function ask(answer: Answer, request: Partial<QueryRequest> = {}, waitMs = 5000): Promise<Passed | undefined> {
  const plan = await shardOf([answer]);
  const { signal } = new AbortController();
  const onAvoided = (): void => undefined;
  return read(await plan({ ...asked, ...request })!({ deadlineMs: Date.now() + waitMs, signal, onAvoided }));
}

interface Passed {
  readonly text: string;
  readonly isGzip: boolean;
}

async function read(passed: PassedAnswer | undefined): Promise<Passed | undefined> {
  if (passed === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of passed.body) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString(), isGzip: passed.gzip !== undefined };
}

/** As a server that compresses for those who take it. */
function json(text: string, encodings: (string | undefined)[] = []): Answer {
  return ({ headers }, response) => {
    const isGzip = headers['accept-encoding'] === 'gzip';
    encodings.push(headers['accept-encoding']?.toString());
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(isGzip ? gzipSync(text) : text);
  };
}

describe('the shard is asked for what the client takes', () => {
  it.each([
    ['gzip', true],
    ['identity', false],
  ])('%s', async (encoding, acceptsGzip) => {
    const encodings: (string | undefined)[] = [];
    expect(await ask(json(success, encodings), { acceptsGzip })).toEqual({ text: success, isGzip: acceptsGzip });
    expect(encodings).toEqual([encoding]);
  });
});

it('asks for what was short the last time without compression', async () => {
  const encodings: (string | undefined)[] = [];
  const answers = [success, success, success.replace('[]', `[${'1,'.repeat(2000)}1]`), success, success];
  const plan = await shardOf([(request, response) => json(answers[encodings.length]!, encodings)(request, response)]);
  const { signal } = new AbortController();
  for (const text of answers) {
    const limits = { deadlineMs: Date.now() + 5000, signal, onAvoided: () => undefined };
    expect(await read(await plan(asked)!(limits))).toMatchObject({ text });
  }
  expect(encodings).toEqual(['gzip', 'identity', 'identity', 'gzip', 'identity']);
});

describe('an answer that does not come', () => {
  it('is a timeout of the query', async () => {
    const late = ask(() => undefined, {}, 50);
    await expect(late).rejects.toMatchObject({ type: 'timeout', message: 'query timed out in query execution' });
  });

  it('is no timeout where the connection broke before', async () => {
    expect(await ask(({ socket }) => void socket.destroy())).toBeUndefined();
  });

  it('ends with what ended the client', async () => {
    const controller = new AbortController();
    const plan = await shardOf([() => controller.abort(new GatewayError('PG_CLIENT_GONE', 'gone'))]);
    const limits = { deadlineMs: Date.now() + 5000, signal: controller.signal, onAvoided: () => undefined };
    const answer = plan(asked)!(limits);
    await expect(answer).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
  });
});

it('leaves to others what is no answer of Prometheus', async () => {
  expect(await ask(json('<html>'))).toBeUndefined();
  expect(await ask(json(`<html>${' '.repeat(200_000)}`))).toBeUndefined();
});

it('tells which replica is slow where the answer of its sibling is too long to be handed on', async () => {
  const tooLong = json(success.replace('[]', `[${JSON.stringify('x'.repeat(2_000_000))}]`));
  const plan = await shardOf([() => undefined, tooLong]);
  const avoided: unknown[] = [];
  const { signal } = new AbortController();
  const onAvoided = (shard: number, replicas: readonly number[]): unknown => avoided.push([shard, replicas]);
  expect(await plan(asked)!({ deadlineMs: Date.now() + 10_000, signal, onAvoided })).toBeUndefined();
  expect(avoided).toEqual([[0, [0]]]);
});

it('hands on a long answer whole', async () => {
  const long = success.replace('[]', `[${JSON.stringify('x'.repeat(300_000))}]`);
  for (const acceptsGzip of [true, false]) expect((await ask(json(long), { acceptsGzip }))?.text).toBe(long);
});
