import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { HttpClientConfig } from '../../../../src/config/http-client-config.ts';
import { createFetchDocument } from '../../../../src/upstream/discovery/fetch-document.ts';
import { startHttpProxy } from '../../../servers/fault/http-proxy.ts';
import { startTokenServer } from '../../../servers/tls/token-server.ts';
import { createClientFixture, headerOf } from '../http-client/client-fixture.ts';
import { response, startScriptedServer } from '../scripted-server.ts';

const { keep, file, pools } = createClientFixture();

/** An inventory, and how it is asked by one configuration. */
async function setUp(httpClient: HttpClientConfig) {
  const server = await keep(startScriptedServer((socket) => socket.write(response('[]'))));
  const fetchDocument = createFetchDocument(pools(), Date.now);
  const source = { kind: 'http', url: `${server.url}/list`, refreshIntervalMs: 1000, httpClient } as const;
  const request = { headers: {}, maxBytes: 1000, timeoutMs: 5000, signal: new AbortController().signal };
  return { server, read: () => fetchDocument(source, request) };
}

it('has the headers that are configured, from files as they are now', async () => {
  const path = await file('key', 'one\n');
  const { server, read } = await setUp({ httpHeaders: { 'X-Key': { values: [], secrets: [], files: [path] } } });
  await read();
  await sleep(5);
  await file('key', 'two\n');
  await read();
  expect(server.requests.map((head) => headerOf(head, 'x-key'))).toEqual([['one'], ['two']]);
});

it('has an OAuth 2.0 token, and says where there is none', async () => {
  const tokens = await keep(startTokenServer());
  const oauth2 = { clientId: 'c', clientSecret: 'hunter2', scopes: [], tokenUrl: tokens.url, endpointParams: {} };
  const right = await setUp({ oauth2 });
  await right.read();
  expect(headerOf(right.server.requests[0], 'authorization')).toEqual(['Bearer token-0']);
  tokens.answer(() => ({ status: 401, body: { error: 'invalid_client', error_description: 'no hunter2' } }));
  const error = (await (await setUp({ oauth2 })).read().catch((reason: unknown) => reason)) as Error;
  expect(error.message).toMatch(/^oauth2: token endpoint http:.*: status 401, /);
  expect(error.message).not.toContain('hunter2');
});

it('goes through the proxy that is configured, and says where that refuses', async () => {
  const proxy = await keep(startHttpProxy('u:hunter2'));
  const { server, read } = await setUp({ proxyUrl: `http://u:hunter2@${proxy.address}` });
  await read();
  expect(proxy.asked.map(({ line }) => line)).toEqual([`GET ${server.url}/list`]);
  const wrong = await setUp({ proxyUrl: `http://u:hunter3@${proxy.address}` });
  const error = (await wrong.read().catch((reason: unknown) => reason)) as Error;
  expect(error.message).toContain('proxy');
  expect(error.message).not.toMatch(/hunter/);
});
