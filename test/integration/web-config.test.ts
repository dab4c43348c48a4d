import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { answer, startFakeReplica, type FakeReplica } from '../servers/fault/fake-replica.ts';
import { freePort } from '../servers/process/free-port.ts';
import { startPrometheus, type PrometheusServer } from '../servers/process/prometheus.ts';
import { createServerDirectory } from '../servers/process/run-directory.ts';
import { ServerProcess } from '../servers/process/server-process.ts';
import { startCommand } from '../servers/process/start-command.ts';
import { createAuthorityFiles, type AuthorityFiles, type CertificateFiles } from '../servers/tls/certificate-files.ts';
import { eventually } from '../servers/topology/eventually.ts';

const password = 'correct horse battery staple';
const secrets = [password, hashSync(password, 10), hashSync('rotated', 10)] as const;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let directory: string;
let ca: AuthorityFiles;
let client: CertificateFiles;
let replica: FakeReplica;
let prometheus: PrometheusServer;
let gateway: ServerProcess;
let port: number;

const users = (...more: string[]): string =>
  `basic_auth_users:\n  scraper: ${secrets[1]}\n${more.map((line) => `  ${line}\n`).join('')}`;
const tls = `tls_server_config:
  cert_file: ca/server.crt
  key_file: ca/server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca/ca.crt
`;
const writeWebConfig = (text: string): Promise<void> => writeFile(join(directory, 'web.yml'), text);

/** One request over a connection of its own. */
function ask(path: string, options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { cert, key } = client;
    const request = httpsRequest(
      { port, host: '127.0.0.1', path, ca: ca.cert, cert, key, agent: false, auth: `scraper:${password}`, ...options },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end();
  });
}

/** Sends bytes as they are and gives what came back until the end of the connection. */
function send(bytes: string, drip = ''): Promise<string> {
  return new Promise((resolve) => {
    const { cert, key } = client;
    const socket = connect({ port, host: '127.0.0.1', ca: ca.cert, cert, key });
    const timer = setInterval(() => drip !== '' && socket.writable && socket.write(drip), 300);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve(text);
    });
    socket.write(bytes);
  });
}

const metric = async (pattern: RegExp): Promise<number> => {
  const { body } = await ask('/metrics');
  return Number(pattern.exec(body)?.[1] ?? 'NaN');
};

beforeAll(async () => {
  directory = await createServerDirectory(inject('runDirectory'), 'web-config');
  ca = await createAuthorityFiles(directory, 'ca');
  await ca.issue('server', ['localhost', '127.0.0.1']);
  client = await ca.issue('client', ['scraper.example']);
  replica = await startFakeReplica({ shard: 'only', replica: 'a' }, (response) =>
    answer(`# TYPE m untyped\nm{instance="",replica="a",shard="only"} 1 ${Date.now()}\n`)(response),
  );
  await writeWebConfig(tls + users());
  const config = {
    shards: [{ name: 'only', labels: { shard: 'only' }, static_configs: [{ targets: [replica.address] }] }],
  };
  await writeFile(join(directory, 'promgate.yml'), JSON.stringify(config));
  port = await freePort();
  const start = startCommand();
  gateway = new ServerProcess({
    name: 'secured-gateway',
    command: process.execPath,
    args: [
      ...start.args,
      `--config.file=${join(directory, 'promgate.yml')}`,
      `--web.config.file=${join(directory, 'web.yml')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.read-timeout=2s',
    ],
    directory,
    readyUrl: `https://127.0.0.1:${port}/-/ready`,
    isReady: async () => (await ask('/-/ready').catch(() => undefined))?.status === 200,
    env: { NODE_OPTIONS: '', NODE_ENV: '', ...start.env },
  });
  await gateway.start();
});
afterAll(async () => {
  await gateway?.close();
  await prometheus?.close();
  await replica?.close();
  for (const secret of secrets) expect(gateway.logs).not.toContain(secret);
  expect(gateway.logs).not.toContain('scraper');
});

describeReal('a real Prometheus with the same web configuration', ['prometheus'], ({ prometheus: binary }) => {
  let reference: ServerProcess;
  let referencePort: number;
  beforeAll(async () => {
    referencePort = await freePort();
    const own = await createServerDirectory(inject('runDirectory'), 'reference');
    const config = join(own, 'prometheus.yml');
    await writeFile(config, 'scrape_configs: []\n');
    reference = new ServerProcess({
      name: 'reference',
      command: binary,
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(own, 'data')}`,
        `--web.listen-address=127.0.0.1:${referencePort}`,
        `--web.config.file=${join(directory, 'web.yml')}`,
      ],
      directory: own,
      readyUrl: `https://127.0.0.1:${referencePort}/-/ready`,
      isReady: async () => (await ask('/-/ready', { port: referencePort }).catch(() => undefined))?.status === 200,
    });
    await reference.start();
  });
  afterAll(() => reference?.close());

  const requests = [
    ['GET', '/-/healthy'],
    ['GET', '/nope'],
    ['POST', '/-/reload'],
    ['OPTIONS', '/api/v1/query'],
    ['GET', '/metrics'],
    ['GET', '/federate?match[]=nothing'],
    ['PUT', '/-/quit'],
    ['GET', '/-/reload'],
    ['DELETE', '/-/healthy'],
  ] as const;
  it.each([
    ...[null, `scraper:${password}`].flatMap((auth) => requests.map(([method, path]) => ({ auth, method, path }))),
    // More of them would be answered 429.
    ...['scraper:wrong', 'nobody:wrong', 'scraper:', ':'].flatMap((auth) =>
      requests.slice(0, 4).map(([method, path]) => ({ auth, method, path })),
    ),
  ])('answers $method $path with $auth the same', async ({ auth, method, path }) => {
    const options = { method, auth };
    const [theirs, ours] = [await ask(path, { ...options, port: referencePort }), await ask(path, options)];
    expect(ours.status).toBe(theirs.status);
    expect(ours.headers['www-authenticate']).toBe(theirs.headers['www-authenticate']);
    if (theirs.status !== 401) return;
    expect(ours.body).toBe(theirs.body);
    expect(ours.headers['content-type']).toBe(theirs.headers['content-type']);
  });

  it('lets in nobody without a certificate, and no TLS 1.1, as promgate', async () => {
    const handshake = (target: number, options: object): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect({ port: target, host: '127.0.0.1', ca: ca.cert, ...options });
        let text = '';
        socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
        socket.on('error', () => {});
        socket.on('close', () => resolve(text));
        socket.write('GET /-/healthy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      });
    const { cert, key } = client;
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0', cert, key };
    for (const target of [port, referencePort]) {
      expect(await handshake(target, {})).toBe('');
      expect(await handshake(target, old)).toBe('');
      expect(await handshake(target, { cert, key })).toMatch(/^HTTP\/1\.1 401 /);
    }
  });
});

describeReal('a real Prometheus', ['prometheus'], ({ prometheus: binary }) => {
  it('scrapes it with basic_auth and tls_config', async () => {
    prometheus = await startPrometheus({
      name: 'scraping',
      binary,
      runDirectory: inject('runDirectory'),
      config: {
        global: { scrape_interval: '1s', scrape_timeout: '1s' },
        scrape_configs: [
          {
            job_name: 'federate',
            scheme: 'https',
            honor_labels: true,
            metrics_path: '/federate',
            params: { 'match[]': ['m'] },
            basic_auth: { username: 'scraper', password },
            tls_config: { ca_file: ca.certFile, cert_file: client.certFile, key_file: client.keyFile },
            static_configs: [{ targets: [`127.0.0.1:${port}`] }],
          },
        ],
      },
    });
    await eventually(async () => {
      expect(await prometheus.query('m')).toMatchObject([{ metric: { shard: 'only' } }]);
    });
    expect((await prometheus.query('up{job="federate"}'))[0]!.values[0]![1]).toBe('1');
  });
});

it('curl gets in with certificate and password', () => {
  const identity = ['--cacert', ca.certFile, '--cert', client.certFile, '--key', client.keyFile];
  const url = `https://localhost:${port}/-/healthy`;
  const args = ['-sS', '-u', `scraper:${password}`, '--resolve', `localhost:${port}:127.0.0.1`, url];
  const { stdout } = spawnSync('curl', [...identity, ...args]);
  expect(stdout.toString()).toBe('promgate is Healthy.\n');
});

it('passwords and certificates change while requests run', async () => {
  const outcomes: number[] = [];
  const running = new AbortController();
  const scraping = (async () => {
    while (!running.signal.aborted) outcomes.push((await ask('/federate?match[]=m')).status);
  })();
  const served = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const { cert, key } = client;
      const socket = connect({ port, host: '127.0.0.1', ca: ca.cert, cert, key }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  const before = await served();
  await ca.issue('server', ['localhost', '127.0.0.1']);
  await writeWebConfig(tls + users(`newcomer: ${secrets[2]}`));
  await eventually(async () => {
    expect(await served()).not.toBe(before);
    expect((await ask('/-/healthy', { auth: 'newcomer:rotated' })).status).toBe(200);
  });
  await writeWebConfig(tls);
  await eventually(async () =>
    expect(gateway.logs).toContain('the last of basic_auth_users can be removed by a restart only'),
  );
  await writeWebConfig(`${tls}${users()}  broken: ${password}\n`);
  await eventually(async () => expect(gateway.logs).toContain('basic_auth_users.broken: expected a bcrypt hash'));
  expect((await ask('/-/healthy', { auth: null })).status).toBe(401);
  running.abort();
  await scraping;
  expect(outcomes.length).toBeGreaterThan(10);
  expect(new Set(outcomes)).toEqual(new Set([200]));
  expect(await metric(/^promgate_web_config_loads_total\{outcome="refused"\} (\d+)$/m)).toBe(2);
  expect(await metric(/^promgate_tls_certificate_expiry_timestamp_seconds (\d+)/m)).toBeGreaterThan(Date.now() / 1000);
  await writeWebConfig(tls + users());
});

describe('strange requests', () => {
  const authorization = `Authorization: Basic ${Buffer.from(`scraper:${password}`).toString('base64')}\r\n`;
  const head = `Host: a\r\nConnection: close\r\n${authorization}\r\n`;

  it.each([
    ['100,000 header bytes', `GET /-/healthy HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n${head}`, 431],
    ['a request line of 1.1 MB', `GET /federate?match[]=${'x'.repeat(1_060_000)} HTTP/1.1\r\n${head}`, 414],
    ['a head of 3 MB', `GET /federate?match[]=${'x'.repeat(3_000_000)} HTTP/1.1\r\n${head}`, 431],
    ['10,000 selectors', `GET /federate?${'match[]=m&'.repeat(10_000)} HTTP/1.1\r\n${head}`, 200],
    ['traversal', `GET /../../etc/passwd HTTP/1.1\r\n${head}`, 404],
    ['encoded traversal', `GET /..%2f..%2fetc%2fpasswd HTTP/1.1\r\n${head}`, 404],
    ['an absolute target', `GET http://other/-/healthy HTTP/1.1\r\n${head}`, 200],
    ['NUL', `GET /-/healthy%00 HTTP/1.1\r\n${head}`, 404],
    ['two hosts', `GET /-/healthy HTTP/1.1\r\nHost: b\r\n${head}`, 400],
    ['two lengths', `POST /-/reload HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n${head}`, 400],
    ['garbage', 'GARBAGE\r\n\r\n', 400],
  ])('%s', async (_, request, status) => {
    expect(await send(request)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('garbage after a request', async () => {
    const request = `GET /-/healthy HTTP/1.1\r\nHost: a\r\n${authorization}\r\n`;
    await send(`${request}\u0000GARBAGE\r\n\r\n${request}`);
    expect((await ask('/-/healthy')).status).toBe(200);
  });

  it('200 heads that never end are cut off, and others are served meanwhile', async () => {
    const startedMs = performance.now();
    const slow = Array.from({ length: 200 }, () => send('GET /-/healthy HTTP/1.1\r\nX: ', 'x'));
    expect((await ask('/-/healthy')).status).toBe(200);
    const answers = await Promise.all(slow);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(answers.every((text) => text === '' || text.startsWith('HTTP/1.1 408 '))).toBe(true);
    expect(await metric(/^promgate_http_refused_requests_total\{reason="timeout"\} (\d+)$/m)).toBeGreaterThan(190);
  });
});

it('a flood of logins is limited and holds up nothing else', async () => {
  // Handshakes would be what takes the time.
  const crowd = new Agent({ keepAlive: true, maxSockets: 20 });
  const probe = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask('/-/healthy', { agent: probe });
  const flood = Array.from({ length: 500 }, (_, i) => ask('/metrics', { agent: crowd, auth: `user-${i}:guess-${i}` }));
  const latencies: number[] = [];
  for (let i = 0; i < 20; i++) {
    const startedMs = performance.now();
    expect((await ask('/-/healthy', { agent: probe })).status).toBe(200);
    latencies.push(performance.now() - startedMs);
  }
  const answers = await Promise.all(flood);
  crowd.destroy();
  probe.destroy();
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThan(400);
  expect(answers.every(({ status }) => [401, 429, 503].includes(status))).toBe(true);
  expect(Number(limited[0]!.headers['retry-after'])).toBeGreaterThan(0);
  expect(limited[0]!.body).toMatch(/^too many failed logins: try again in \d+ s\n$/);
  // 500 checks on the event loop would take half a minute.
  expect(Math.max(...latencies)).toBeLessThan(5000);
  expect(await metric(/^promgate_http_auth_failures_total\{reason="rate_limited"\} (\d+)$/m)).toBeGreaterThan(400);
  expect(await metric(/^promgate_event_loop_delay_seconds\{quantile="0.99"\} ([\d.e-]+)$/m)).toBeLessThan(0.5);
  const { body } = await ask('/metrics');
  expect(body).not.toMatch(/user-\d|scraper|guess/);
});

it('a broken web configuration keeps the gateway from starting', () => {
  const start = startCommand();
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...start.args, ...args], {
      env: { ...process.env, NODE_OPTIONS: '', ...start.env },
    });
    return { status, out: stdout.toString(), err: stderr.toString() };
  };
  const web = join(directory, 'promgate.yml');
  const serve = run(`--config.file=${web}`, `--web.config.file=${web}`, '--web.listen-address=127.0.0.1:0');
  expect(serve.status).toBe(1);
  expect(serve.err).toMatch(/promgate\.yml:1:2: shards: unknown key/);
  const good = join(directory, 'web.yml');
  expect(run('check', 'web-config', good)).toEqual({ status: 0, out: `${good} SUCCESS\n`, err: '' });
  expect(run('check', 'web-config', good, web)).toMatchObject({
    status: 1,
    out: `${good} SUCCESS\n`,
    err: expect.stringMatching(/:1:2: error: shards: unknown key\n.* FAILED\n$/) as string,
  });
});
