import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { startGateway } from '../../servers/process/gateway-process.ts';
import { createRunDirectory, removeRunDirectory } from '../../servers/process/run-directory.ts';
import { type FuzzTarget, bytesOf } from '../engine/fuzz-target.ts';

const EXPECTED = new Set([
  100, 100, 200, 204, 301, 302, 304, 400, 403, 404, 405, 406, 408, 411, 413, 414, 415, 417, 422, 426, 431, 501, 503,
  505,
]);
const PATIENCE_MS = 10_000;
const HEALTH_EVERY = 100;

const request = (line: string, headers: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, 'Host: gateway', ...headers, '', body].join('\r\n');
const form = (body: string): string =>
  request(
    'POST /api/v1/query',
    ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`],
    body,
  );

const seeds = [
  request('GET /federate?match[]=up'),
  request('GET /federate?match%5B%5D=%7Bjob%3D%22a%22%7D&partial_response=abort', [
    'Accept-Encoding: gzip, zstd;q=0.5',
    'X-Prometheus-Scrape-Timeout-Seconds: 1',
  ]),
  request('HEAD /-/healthy') + request('GET /-/ready'),
  request('OPTIONS /api/v1/query', ['Origin: http://x', 'Access-Control-Request-Method: POST']),
  request('GET /api/v1/query?query=up&time=1700000000.5&timeout=1s'),
  request('GET /api/v1/query_range?query=up&start=1&end=2&step=1'),
  form('query=up%7B&time=x'),
  request(
    'POST /api/v1/read',
    ['Content-Type: application/x-protobuf', 'Content-Encoding: snappy', 'Content-Length: 3'],
    'abc',
  ),
  request(
    'POST /api/v1/labels',
    ['Transfer-Encoding: chunked', 'Content-Type: application/x-www-form-urlencoded'],
    '5\r\na=b&c\r\n0\r\n\r\n',
  ),
  request('PUT /-/reload'),
  request('GET /api/v1/label/job/values?match[]=up&limit=1'),
  request('GET /metrics', ['Connection: Upgrade', 'Upgrade: h2c', 'Expect: 100-continue']),
  'GET / HTTP/1.0\r\n\r\n',
];

const tokens = bytesOf(
  [
    '\r\n',
    '\n',
    '\r',
    '\0',
    ' ',
    '\t',
    ':',
    '%',
    '%00',
    '%ff',
    '%2e%2e/',
    '../',
    '?',
    '&',
    '#',
    ';',
    '=',
    '[]',
    'HTTP/2.0',
    'HTTP/1.1',
    'CONNECT ',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ].concat([
    'Content-Length: -1\r\n',
    'Content-Length: 99999999999\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: x, chunked\r\n',
    'ffffffffffffffff\r\n',
    'Host: a\r\n',
    'http://other/',
    '*',
    'match[]=up&'.repeat(300),
    'a'.repeat(20_000),
  ]),
);

/** The gateway as `npm start` runs it: whatever bytes come, it answers as documented or closes, and lives on. */
export async function startHttpTarget(): Promise<FuzzTarget> {
  const runDirectory = await createRunDirectory();
  const config = {
    global: { scrape_timeout: '1s' },
    shards: [{ name: 's', static_configs: [{ targets: ['127.0.0.1:1'] }] }],
  };
  const gateway = await startGateway({ runDirectory, config, flags: ['--log.level=error'] });
  const [host, port] = gateway.address.split(':') as [string, string];
  let runs = 0;
  return {
    name: 'http',
    seeds: bytesOf(seeds),
    tokens,
    async run(input) {
      const answer = await exchange(Number(port), host, input);
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
      if (answer !== '')
        assert.ok(status !== undefined && EXPECTED.has(Number(status)), `answered ${answer.slice(0, 300)}`);
      assert.ok(gateway.process.running, `the gateway ended: ${gateway.process.logs.slice(-500)}`);
      if (++runs % HEALTH_EVERY !== 0) return;
      const health = await fetch(`${gateway.url}/-/healthy`, { signal: AbortSignal.timeout(PATIENCE_MS) });
      assert.equal(health.status, 200);
      assert.doesNotMatch(gateway.process.logs, /PG_INTERNAL|unhandled|uncaught/i, 'the log tells of a bug');
    },
    async close() {
      await gateway.close();
      await removeRunDirectory(runDirectory);
    },
  };
}

/** Sends bytes and half-closes; what came back when the server had closed too. */
function exchange(port: number, host: string, input: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, host);
    const giveUp = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection stayed open for ${PATIENCE_MS} ms; received ${text.slice(0, 300)}`));
    }, PATIENCE_MS);
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(giveUp);
      resolve(text);
    });
    socket.end(input);
  });
}
