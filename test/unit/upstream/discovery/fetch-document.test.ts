import { describe, expect, it } from 'vitest';
import { createFetchDocument } from '../../../../src/upstream/discovery/fetch-document.ts';
import { createReadFixture } from '../read-fixture.ts';
import type { Script } from '../scripted-server.ts';

const { serve, pools } = createReadFixture();

async function fetchFrom(script: Script, limits: { maxBytes?: number; timeoutMs?: number } = {}) {
  const server = await serve(script);
  const fetchDocument = createFetchDocument(pools(), Date.now);
  const source = { kind: 'http', url: `${server.url}/sd/targets?team=a%20b`, refreshIntervalMs: 1000 } as const;
  const request = { headers: { accept: 'application/json' }, maxBytes: 1000, timeoutMs: 5000, ...limits };
  return { server, document: fetchDocument(source, { ...request, signal: new AbortController().signal }) };
}

const json = (body: string, length = body.length): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;

describe('fetching a document', () => {
  it('asks for the very URL, with the headers given', async () => {
    const { server, document } = await fetchFrom((socket) => socket.write(json('[]')));
    expect(await document).toEqual({ status: 200, contentType: 'application/json', text: '[]' });
    expect(server.requests[0]).toMatch(/^GET \/sd\/targets\?team=a%20b HTTP\/1\.1\r\n/);
    expect(server.requests[0]).toContain('\r\naccept: application/json');
    expect(server.requests[0]).not.toContain('*/*');
  });

  it('gives other statuses as they are', async () => {
    const { document } = await fetchFrom((socket) => socket.write('HTTP/1.1 503 No\r\ncontent-length: 3\r\n\r\nnot'));
    expect(await document).toEqual({ status: 503, contentType: '', text: 'not' });
  });

  it('refuses a huge body long before its end', async () => {
    const { document, server } = await fetchFrom((socket) => socket.write(json('x'.repeat(2000), 1e9)));
    await expect(document).rejects.toThrow('body exceeds the limit of 1000 bytes');
    await server.allClosed();
  });

  it('refuses a body that is cut short, or takes too long', async () => {
    const cut = await fetchFrom((socket) => socket.end(json('[', 10)));
    await expect(cut.document).rejects.toThrow(/connection|closed|reset/);
    const slow = await fetchFrom((socket) => socket.write(json('[', 10)), { timeoutMs: 100 });
    await expect(slow.document).rejects.toThrow(/body not complete within \d+ ms/);
  });

  it('does not speak of a replica', async () => {
    const fetchDocument = createFetchDocument(pools(), Date.now);
    const source = { kind: 'http', url: 'http://127.0.0.1:1/', refreshIntervalMs: 1000 } as const;
    const request = { headers: {}, maxBytes: 1000, timeoutMs: 5000, signal: new AbortController().signal };
    await expect(fetchDocument(source, request)).rejects.toThrow(/^connection could not be made/);
  });

  it('says where credentials are missing or wrong, without them and without what the server says', async () => {
    const denied = (socket: { write(text: string): unknown }) =>
      socket.write('HTTP/1.1 401 No\r\ncontent-length: 11\r\n\r\nno hunter2 !');
    const server = await serve(denied);
    const fetchDocument = createFetchDocument(pools(), Date.now);
    const source = { kind: 'http', url: `${server.url}/`, refreshIntervalMs: 1000 } as const;
    const request = { headers: {}, maxBytes: 1000, timeoutMs: 5000, signal: new AbortController().signal };
    await expect(fetchDocument(source, request)).rejects.toThrow(
      /^status 401: it wants credentials and none are configured: set basic_auth, .* of its entry in http_sd_configs$/,
    );
    const httpClient = { authorization: { type: 'Bearer', credentials: 'hunter2' } };
    await expect(fetchDocument({ ...source, httpClient }, request)).rejects.toThrow(
      /^status 401: it does not accept the credentials: check authorization of its entry in http_sd_configs$/,
    );
    expect(server.requests[1]).toContain('\r\nauthorization: Bearer hunter2\r\n');
  });
});
