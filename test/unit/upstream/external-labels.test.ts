import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { parseExternalLabels } from '../../../src/upstream/external-labels.ts';
import { createReadFixture, cut, readLabels } from './read-fixture.ts';
import { response, responseHead, type Script } from './scripted-server.ts';

const { serve, pools } = createReadFixture();

const json = (yaml: string): string => JSON.stringify({ status: 'success', data: { yaml } });
const config = [
  'global:',
  '  scrape_interval: 15s',
  '  external_labels:',
  '    cluster: eu-1',
  '    replica: "0"',
  'scrape_configs:',
  '- job_name: x',
  '',
].join('\n');

describe('external labels out of a configuration', () => {
  it.each([
    ['as Prometheus writes them', config, { cluster: 'eu-1', replica: '0' }],
    [
      'scalars as they are written',
      'global:\n  external_labels:\n    a: 01\n    b: true\n    c: 1e3\n    d: "x\\ty"\n    e: 2024-01-01\n    f: ""\n',
      { a: '01', b: 'true', c: '1e3', d: 'x\ty', e: '2024-01-01', f: '' },
    ],
    ['in flow style', 'global: {external_labels: {a: "1", b: c}}\nrule_files: []', { a: '1', b: 'c' }],
    ['after other sections', 'rule_files: []\nglobal:\n\n  external_labels:\n    a: b', { a: 'b' }],
    ['none', 'global:\n  scrape_interval: 15s\n', {}],
    ['no global section', 'scrape_configs: []\n', {}],
    ['empty configuration', '', {}],
    ['a look-alike deeper down', 'x:\n  global:\n    external_labels: {a: b}\n', {}],
    ['a list in their place', 'global:\n  external_labels: [a]\n', {}],
    ['a value that is no scalar', 'global:\n  external_labels: {a: b, c: {d: e}}\n', { a: 'b' }],
  ])('%s', (_name, yaml, labels) => {
    expect(parseExternalLabels(json(yaml))).toEqual(labels);
  });

  it.each([['<html>'], ['null'], ['{"status":"success"}'], ['{"data":{"yaml":7}}'], ['{"data":[]}']])(
    'are not known from %s',
    (text) => {
      expect(parseExternalLabels(text)).toBeUndefined();
    },
  );

  it('are read without parsing the other sections', () => {
    expect(parseExternalLabels(json(`${config}remote_write: {"\n`))).toEqual({ cluster: 'eu-1', replica: '0' });
  });
});

describe('asking a replica for its external labels', () => {
  const type = { 'Content-Type': 'application/json' };

  it('reads them from its configuration', async () => {
    const server = await serve((socket) =>
      socket.write(response(gzipSync(json(config)), { headers: { ...type, 'Content-Encoding': 'gzip' } })),
    );
    expect(await readLabels(pools(), `${server.url}/prefix`)).toEqual({ cluster: 'eu-1', replica: '0' });
    expect(server.requests[0]).toMatch(/^GET \/prefix\/api\/v1\/status\/config HTTP/);
  });

  it.each<[string, Script]>([
    ['404', (socket) => socket.write(response('404 page not found', { status: '404 Not Found' }))],
    ['400', (socket) => socket.write(response('no', { status: '400 Bad Request' }))],
    ['403, as a proxy may keep this page alone', (socket) => socket.write(response('no', { status: '403 Forbidden' }))],
    ['a configuration beside status 500', (socket) => socket.write(response(json(config), { status: '500 x' }))],
    ['HTML', (socket) => socket.write(response('<html>', { headers: { 'Content-Type': 'text/html' } }))],
    ['YAML that is none', (socket) => socket.write(response(json('global: {"'), { headers: type }))],
  ])('does not know them after %s', async (_name, script) => {
    const { url } = await serve(script);
    expect(await readLabels(pools(), url, { budgetMs: 200 })).toBeUndefined();
  });

  it.each<[string, Script, string]>([
    ['a cut body', (socket) => socket.end(cut(response(json(config), { headers: type }), 9)), 'PG_UPSTREAM_RESET'],
    ['a reset', (socket) => socket.destroy(), 'PG_UPSTREAM_RESET'],
    ['a hang', () => {}, 'PG_UPSTREAM_TIMEOUT'],
    ['401', (socket) => socket.write(response('no', { status: '401 Unauthorized' })), 'PG_UPSTREAM_AUTH'],
  ])('fails with %s, which is no answer', async (_name, script, code) => {
    const { url } = await serve(script);
    await expect(readLabels(pools(), url, { budgetMs: 200 })).rejects.toMatchObject({ code });
  });

  it('fails where nobody listens', async () => {
    await expect(readLabels(pools(), 'http://127.0.0.1:1')).rejects.toMatchObject({ code: 'PG_UPSTREAM_CONNECT' });
  });

  it('reads no more than 8 MiB', async () => {
    const server = await serve((socket) => {
      socket.write(responseHead({ headers: { ...type, 'Content-Length': 1e9 } }));
      socket.write(Buffer.alloc(10_000_000, ' '));
    });
    expect(await readLabels(pools(), server.url)).toBeUndefined();
    await server.allClosed();
  });

  it('frees the socket of an encoding that is not supported', async () => {
    const server = await serve((socket) =>
      socket.write(responseHead({ headers: { ...type, 'Content-Encoding': 'br', 'Content-Length': 1e9 } })),
    );
    expect(await readLabels(pools(), server.url)).toBeUndefined();
    await server.allClosed();
  });

  it('throws when aborted', async () => {
    const server = await serve(() => {});
    const controller = new AbortController();
    const { signal } = controller;
    const reading = expect(readLabels(pools(), server.url, { signal })).rejects.toMatchObject({
      code: 'PG_UPSTREAM_CLOSED',
    });
    while (server.requests.length === 0) await sleep(5);
    controller.abort();
    await reading;
    await server.allClosed();
  });
});
