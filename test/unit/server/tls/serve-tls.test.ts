import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openWebConfig, type ClientAuthType, type TlsServerConfig } from '../../../../src/config/web/web-config.ts';
import type { ServerOptions } from '../../../../src/server/server-deps.ts';
import {
  createAuthorityFiles,
  type AuthorityFiles,
  type CertificateFiles,
} from '../../../servers/tls/certificate-files.ts';
import { answerOf, createFixture, exchange, get, type FakeFederate, type ServerFixture } from '../server-fixture.ts';

let directory: string;
let ca: AuthorityFiles;
let stranger: AuthorityFiles;
let server: CertificateFiles;
let next: CertificateFiles;
let alice: CertificateFiles;
let mallory: CertificateFiles;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'serve-tls-'));
  [ca, stranger] = await Promise.all([
    createAuthorityFiles(directory, 'ca'),
    createAuthorityFiles(directory, 'stranger'),
  ]);
  server = await ca.issue('server', ['localhost', '127.0.0.1']);
  next = await ca.issue('next', ['localhost', '127.0.0.1']);
  alice = await ca.issue('alice', ['alice.example', '2001:db8::7', 'spiffe://x/alice']);
  mallory = await stranger.issue('mallory', ['alice.example']);
});
afterAll(() => rm(directory, { recursive: true }));

let fixture: ServerFixture;
let settings: TlsServerConfig;
let port: number;
afterEach(() => fixture.server.close(0));

const settingsOf = (certificate: CertificateFiles, more: Partial<TlsServerConfig> = {}): TlsServerConfig => ({
  cert: certificate.cert,
  key: certificate.key,
  clientCa: undefined,
  clientAuth: 'NoClientCert',
  clientAllowedSans: undefined,
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  ciphers: undefined,
  curves: undefined,
  prefersServerCiphers: true,
  certExpiresMs: 0,
  ...more,
});

async function start(
  more: Partial<TlsServerConfig> = {},
  federate: FakeFederate = async () => answerOf(['a 1\n']),
  options: Partial<ServerOptions> = {},
): Promise<string> {
  settings = settingsOf(server, more);
  const auth = { webConfig: () => ({ ...openWebConfig, tls: settings }), login: async () => false };
  fixture = createFixture(federate, options, { auth });
  const url = await fixture.server.listen({ host: '127.0.0.1', port: 0 });
  port = Number(new URL(url).port);
  return url;
}

interface Secured {
  readonly socket: TLSSocket;
  readonly text: () => string;
  readonly closed: Promise<unknown>;
}

/** Sends a request at once, so that it arrives with the end of the handshake. */
function secured(request: string, options: ConnectionOptions = {}): Secured {
  const socket = connect({ port, host: '127.0.0.1', ca: ca.cert, ...options });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => {});
  socket.write(request);
  return { socket, text: () => text, closed: new Promise((resolve) => socket.once('close', resolve)) };
}

const oneRequest = get('/federate', { Connection: 'close' });
async function ask(options: ConnectionOptions = {}): Promise<string> {
  const { text, closed } = secured(oneRequest, options);
  await closed;
  return text();
}

it('says https and speaks it', async () => {
  expect(await start()).toBe(`https://127.0.0.1:${port}`);
  expect(await ask()).toMatch(/^HTTP\/1\.1 200 [^]*a 1\n/);
});

describe('versions', () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

  it('below the least are refused', async () => {
    await start();
    expect(await ask(old)).toBe('');
    await expect.poll(() => fixture.recorded.refused).toEqual(['version']);
  });

  it('old ones are spoken where configured', async () => {
    await start({ minVersion: 'TLSv1', ciphers: 'ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0' });
    const { socket, closed } = secured(oneRequest, old);
    await once(socket, 'secureConnect');
    expect(socket.getProtocol()).toBe('TLSv1.1');
    await closed;
  });

  it.each([
    ['TLSv1.2', 'TLSv1.2'],
    ['TLSv1.3', 'TLSv1.3'],
  ] as const)('%s alone', async (version, spoken) => {
    await start({ minVersion: version, maxVersion: version });
    const { socket, closed } = secured(oneRequest);
    await once(socket, 'secureConnect');
    expect(socket.getProtocol()).toBe(spoken);
    expect(socket.alpnProtocol).toBe(false);
    await closed;
  });

  it('the suite and the curve are those configured', async () => {
    await start({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305', curves: 'P-521' });
    const { socket, closed } = secured(oneRequest);
    await once(socket, 'secureConnect');
    expect(socket.getCipher().name).toBe('ECDHE-ECDSA-CHACHA20-POLY1305');
    expect(socket.getEphemeralKeyInfo()).toMatchObject({ name: expect.stringMatching(/521/) as string });
    await closed;
  });
});

describe('client certificates', () => {
  type Client = 'none' | 'alice' | 'mallory';
  const cases: [ClientAuthType, Record<Client, string>][] = [
    ['NoClientCert', { none: '', alice: '', mallory: '' }],
    ['RequestClientCert', { none: '', alice: '', mallory: '' }],
    ['RequireAnyClientCert', { none: 'no_certificate', alice: '', mallory: '' }],
    ['VerifyClientCertIfGiven', { none: '', alice: '', mallory: 'bad_certificate' }],
    ['RequireAndVerifyClientCert', { none: 'no_certificate', alice: '', mallory: 'bad_certificate' }],
  ];
  const certificateOf = (client: Client): ConnectionOptions => {
    if (client === 'none') return {};
    const { cert, key } = client === 'alice' ? alice : mallory;
    return { cert, key };
  };

  it.each(
    cases.flatMap(([clientAuth, faults]) =>
      Object.entries(faults).flatMap(([client, fault]) =>
        (['TLSv1.2', 'TLSv1.3'] as const).map((version) => ({ clientAuth, client: client as Client, fault, version })),
      ),
    ),
  )('$clientAuth, $client, $version: "$fault"', async ({ clientAuth, client, fault, version }) => {
    let served = 0;
    await start({ clientAuth, clientCa: ca.cert }, async () => {
      served++;
      return answerOf(['a 1\n']);
    });
    const answer = await ask({ ...certificateOf(client), maxVersion: version });
    if (fault === '') expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    else expect(answer).toBe('');
    expect(served).toBe(fault === '' ? 1 : 0);
    expect(fixture.recorded.requests).toHaveLength(served);
    expect(fixture.recorded.refused).toEqual(fault === '' ? [] : [fault]);
  });

  it.each([
    [['alice.example'], true],
    [['2001:db8::7'], true],
    [['other', 'spiffe://x/alice'], true],
    [['alice'], false],
    [['ALICE.example'], false],
    [[], false],
  ])('names %j: %s', async (clientAllowedSans, isAllowed) => {
    await start({ clientAuth: 'RequireAndVerifyClientCert', clientCa: ca.cert, clientAllowedSans });
    const answer = await ask(certificateOf('alice'));
    expect(answer !== '').toBe(isAllowed);
    expect(fixture.recorded.refused).toEqual(isAllowed ? [] : ['san_not_allowed']);
  });

  it('a resumed session is looked at too, and dies with its authority', async () => {
    await start({ clientAuth: 'RequireAndVerifyClientCert', clientCa: ca.cert });
    const first = secured(oneRequest, certificateOf('alice'));
    const [session] = (await once(first.socket, 'session')) as [Buffer];
    await first.closed;
    const again = secured(oneRequest, { ...certificateOf('alice'), session });
    await once(again.socket, 'secureConnect');
    expect(again.socket.isSessionReused()).toBe(true);
    await again.closed;
    expect(again.text()).toMatch(/ 200 /);
    settings = settingsOf(server, { clientAuth: 'RequireAndVerifyClientCert', clientCa: stranger.cert });
    expect(await ask({ ...certificateOf('alice'), session })).toBe('');
    expect(fixture.recorded.refused).toEqual(['bad_certificate']);
  });
});

describe('a changed certificate', () => {
  it('is for new connections, while those under way go on', async () => {
    const gate = Promise.withResolvers<void>();
    await start({}, async () =>
      answerOf(
        (async function* () {
          yield 'a 1\n';
          await gate.promise;
          yield 'b 2\n';
        })(),
      ),
    );
    const busy = secured(get('/federate'));
    await expect.poll(() => busy.text()).toContain('a 1\n');
    settings = settingsOf(next);
    const fresh = secured(get('/-/healthy', { Connection: 'close' }));
    await once(fresh.socket, 'secureConnect');
    expect(fresh.socket.getPeerCertificate().subject.CN).toBe('next');
    await fresh.closed;
    gate.resolve();
    await expect.poll(() => busy.text()).toMatch(/b 2\n\r\n0\r\n\r\n$/);
    busy.socket.write(get('/-/healthy'));
    await expect.poll(() => busy.text()).toContain('is Healthy');
    expect(busy.socket.getPeerCertificate().subject.CN).toBe('server');
    busy.socket.destroy();
  });
});

describe('what is no TLS', () => {
  it.each([
    ['plain HTTP', oneRequest, 'plain_http'],
    ['garbage', '\u0000\u0001garbage, garbage, garbage', 'version'],
  ])('%s is refused', async (_, bytes, reason) => {
    await start();
    const { closed, text } = exchange(`http://127.0.0.1:${port}`, bytes);
    await closed;
    expect(text()).not.toContain('HTTP/');
    await expect.poll(() => fixture.recorded.refused).toEqual([reason]);
    expect(fixture.recorded.requests).toEqual([]);
  });

  it('silence ends with the time for a handshake', async () => {
    await start({}, undefined, { handshakeTimeoutMs: 200 });
    const socket = connectTcp(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'close');
    expect(fixture.recorded.refused).toEqual(['timeout']);
  });

  it('a client that leaves in its handshake ends nothing else', async () => {
    await start();
    const socket = connectTcp(port, '127.0.0.1');
    socket.write('\u0016\u0003\u0001');
    await once(socket, 'connect');
    socket.resetAndDestroy();
    await expect.poll(() => fixture.recorded.refused).toEqual(['closed']);
    expect(await ask()).toMatch(/ 200 /);
  });
});

it('slow heads are cut off behind TLS too', async () => {
  await start({}, undefined, { headersTimeoutMs: 300, requestTimeoutMs: 600 });
  const { closed, text } = secured('GET /fed');
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 408 /);
});

it.each(['1.0', '1.1'])('an answer that breaks off is no whole one, HTTP/%s', async (version) => {
  await start({}, async () =>
    answerOf(
      (async function* () {
        yield 'a 1\n'.repeat(10_000);
        throw new Error('lost');
      })(),
    ),
  );
  const { socket, text, closed } = secured(get('/federate', {}, version));
  let ended = false;
  socket.on('end', () => (ended = true));
  await closed;
  expect(text()).not.toMatch(/\r\n0\r\n\r\n$/);
  expect([version, ended]).toEqual([version, false]);
});

it('closes with connections in their handshake', async () => {
  await start({}, undefined, { handshakeTimeoutMs: 500 });
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const startedMs = performance.now();
  await fixture.server.close(0);
  expect(performance.now() - startedMs).toBeLessThan(5000);
  socket.destroy();
});
