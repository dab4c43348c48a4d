import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { HttpClientConfig, TlsConfig } from '../../src/config/http-client-config.ts';
import { GatewayError } from '../../src/model/errors.ts';
import { createUpstreamPools, type UpstreamPools } from '../../src/upstream/upstream-pools.ts';
import { describeReal } from '../servers/describe-real.ts';
import {
  type SecuredPrometheus,
  startSecuredPrometheus,
  type WebSecurity,
} from '../servers/process/secured-prometheus.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { type Authority, createAuthority, type Identity } from '../servers/tls/certificates.ts';

const password = 'first-pa55word';
/** bcrypt of the password, cost 4. */
const users = { alice: '$2b$04$bq8D1tWXVqr4SCKCDo0MDu94H6Q.AtpsP1sw21sy6zj4AC.A1hlMC' };

describeReal('a replica behind TLS', ['prometheus'], ({ prometheus }) => {
  let authority: Authority;
  let other: Authority;
  let client: Identity;
  let server: SecuredPrometheus;
  let directory: string;
  let usual: WebSecurity;
  let usualTls: TlsConfig;
  const open: UpstreamPools[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(inject('runDirectory'), 'outbound-tls-'));
    [authority, other] = await Promise.all([createAuthority('right'), createAuthority('wrong')]);
    client = await authority.issue({ name: 'promgate' });
    usual = { identity: await authority.issue({ name: 'server' }), clientAuthority: authority.cert, users };
    usualTls = { ca: authority.cert, cert: client.cert, key: client.key, insecureSkipVerify: false };
    server = await startSecuredPrometheus({
      name: 'secured',
      binary: prometheus,
      runDirectory: inject('runDirectory'),
      security: usual,
      externalLabels: { replica: 'a' },
      client: { ca: authority.cert, cert: client.cert, key: client.key, auth: `alice:${password}` },
    });
    await eventually(async () => expect(await ask(right())).toContain('secured:value'));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((pools) => pools.close()));
    await server.secure(usual);
  });
  afterAll(async () => {
    await server?.close();
    await rm(directory, { recursive: true, force: true });
  });

  const limits = () => ({ deadlineMs: Date.now() + 5000, signal: new AbortController().signal });
  const ask = async (httpClient: HttpClientConfig, host = '127.0.0.1') => {
    const pools = createUpstreamPools({ version: 'test', now: Date.now });
    open.push(pools);
    const url = `https://${host}:${server.address.split(':')[1]}`;
    return readAll(pools, { name: 'prom-a:9090', url, enableCompression: true, httpClient });
  };
  const readAll = async (pools: UpstreamPools, target: Parameters<UpstreamPools['openFederate']>[0]) => {
    const { body } = await pools.openFederate(target, { match: ['{__name__=~".+"}'], ...limits() });
    let text = '';
    for await (const chunk of body) text += Buffer.from(chunk).toString();
    return text;
  };
  const failureOf = async (asked: Promise<unknown>): Promise<GatewayError> => {
    const error = await asked.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof GatewayError)) throw new Error(`no failure but ${String(error)}`);
    expect(error.message).toMatch(/^replica prom-a:9090: /);
    expect(error.details['replica']).toBe('prom-a:9090');
    expect(JSON.stringify([error.message, error.details, String(error.cause)])).not.toMatch(/pa55word|PRIVATE KEY/);
    return error;
  };
  const auth = { basicAuth: { username: 'alice', password } };
  const right = (): HttpClientConfig => ({ ...auth, tlsConfig: usualTls });

  it('is read with the right credentials', async () => {
    expect(await ask(right())).toContain('secured:value');
  });

  it('is read with what files hold', async () => {
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(directory, name), text);
      return join(directory, name);
    };
    const text = await ask({
      basicAuth: {
        usernameFile: await file('user', 'alice\n'),
        passwordFile: await file('password', ` ${password}\n`),
      },
      tlsConfig: {
        caFile: await file('ca.crt', authority.cert),
        certFile: await file('client.crt', client.cert),
        keyFile: await file('client.key', client.key),
        insecureSkipVerify: false,
      },
    });
    expect(text).toContain('secured:value');
  });

  it.each([
    [
      'a wrong password',
      () => ({ ...right(), basicAuth: { username: 'alice', password: 'bad-pa55word' } }),
      'check basic_auth',
    ],
    [
      'a wrong token',
      () => ({ tlsConfig: usualTls, authorization: { type: 'Bearer', credentials: 'a-pa55word' } }),
      'check authorization',
    ],
  ])('%s is refused with status 401', async (_, config, reason) => {
    const error = await failureOf(ask(config()));
    expect(error).toMatchObject({ code: 'PG_UPSTREAM_AUTH', details: { status: 401 } });
    expect(error.message).toContain(reason);
  });

  it.each([
    ['an authority that did not sign it', () => ({ ...usualTls, ca: other.cert }), 'ca_file'],
    ['the usual authorities', () => ({ cert: client.cert, key: client.key, insecureSkipVerify: false }), 'ca_file'],
    ['a name that it is not for', () => ({ ...usualTls, serverName: 'prom.example' }), 'server_name'],
    ['no client certificate', () => ({ ca: authority.cert, insecureSkipVerify: false }), 'cert_file'],
  ] as [string, () => TlsConfig, string][])('with %s there is no connection', async (_, tlsConfig, advice) => {
    const error = await failureOf(ask({ ...auth, tlsConfig: tlsConfig() }));
    expect(error.code, error.message).toBe('PG_UPSTREAM_TLS');
    expect(error.message).toContain(advice);
  });

  it('a client certificate of another authority is refused', async () => {
    const stranger = await other.issue({ name: 'stranger' });
    const error = await failureOf(ask({ ...auth, tlsConfig: { ...usualTls, ...stranger } }));
    expect(error.code, error.message).toBe('PG_UPSTREAM_TLS');
    expect(error.message).toContain('cert_file');
  });

  it('any certificate will do with insecure_skip_verify', async () => {
    const tlsConfig = { ...usualTls, ca: other.cert, serverName: 'prom.example', insecureSkipVerify: true };
    expect(await ask({ ...auth, tlsConfig })).toContain('secured:value');
  });

  it('an expired certificate is refused', async () => {
    const past = (daysAgo: number): Date => new Date(Date.now() - daysAgo * 86_400_000);
    const identity = await authority.issue({ name: 'server', notBefore: past(3), notAfter: past(2) });
    await server.secure({ ...usual, identity });
    const error = await failureOf(ask(right()));
    expect(error.code).toBe('PG_UPSTREAM_TLS');
    expect(error.message).toContain('has expired');
  });

  it('the certificate may be for server_name alone', async () => {
    await server.secure({ ...usual, identity: await authority.issue({ name: 'server', names: ['prom.example'] }) });
    expect((await failureOf(ask(right()))).message).toContain('server_name');
    expect(await ask({ ...auth, tlsConfig: { ...usualTls, serverName: 'prom.example' } })).toContain('secured:value');
  });

  it('by name it is asked for its name', async () => {
    expect(await ask(right(), 'localhost')).toContain('secured:value');
  });

  describe('versions of TLS', () => {
    it.each([
      [{ min_version: 'TLS13' }, {}, true],
      [{ min_version: 'TLS13' }, { maxVersion: 'TLS12' }, false],
      [{ max_version: 'TLS12' }, { minVersion: 'TLS13' }, false],
      [{ max_version: 'TLS12' }, { minVersion: 'TLS12' }, true],
      [{ min_version: 'TLS10', max_version: 'TLS11' }, {}, false],
      [{ min_version: 'TLS10', max_version: 'TLS11' }, { minVersion: 'TLS11' }, true],
      [{ min_version: 'TLS10', max_version: 'TLS10' }, { minVersion: 'TLS10' }, true],
      [{ min_version: 'TLS10', max_version: 'TLS10' }, { minVersion: 'TLS11' }, false],
    ] as [Record<string, string>, Partial<TlsConfig>, boolean][])('%o with %o: %s', async (tls, ours, works) => {
      await server.secure({ ...usual, tls });
      const asked = ask({ ...auth, tlsConfig: { ...usualTls, ...ours } });
      if (works) {
        expect(await asked).toContain('secured:value');
        return;
      }
      const error = await failureOf(asked);
      expect(error.code, error.message).toBe('PG_UPSTREAM_TLS');
      expect(error.message).toContain('min_version');
    });
  });

  it.each([
    [
      { basicAuth: { username: 'alice', passwordFile: '/nowhere/p' } },
      'basic_auth.password_file /nowhere/p cannot be read: no such file',
    ],
    [
      { basicAuth: { username: 'alice', passwordFile: '/' } },
      'basic_auth.password_file / cannot be read: is a directory',
    ],
    [
      { tlsConfig: { caFile: '/nowhere/ca', insecureSkipVerify: false } },
      'tls_config.ca_file /nowhere/ca cannot be read: no such file',
    ],
    [{ tlsConfig: { ca: 'x', insecureSkipVerify: false } }, 'tls_config: the CA is no certificate in PEM'],
  ])('%j is named', async (config, message) => {
    expect(await failureOf(ask(config))).toMatchObject({
      code: 'PG_UPSTREAM_SECRET',
      message: `replica prom-a:9090: ${message}`,
    });
  });

  it('a key that is not that of the certificate is named', async () => {
    const { key } = await authority.issue({ name: 'second' });
    const error = await failureOf(ask({ ...auth, tlsConfig: { ...usualTls, key } }));
    expect(error).toMatchObject({ code: 'PG_UPSTREAM_SECRET' });
    expect(error.message).toContain('the key is not that of the certificate');
  });

  it('takes a certificate and its key when both have been replaced', async () => {
    const files = { certFile: join(directory, 'turn.crt'), keyFile: join(directory, 'turn.key') };
    await Promise.all([writeFile(files.certFile, client.cert), writeFile(files.keyFile, client.key)]);
    const pools = createUpstreamPools({ version: 'test', now: Date.now });
    open.push(pools);
    const httpClient = { ...auth, tlsConfig: { ca: authority.cert, insecureSkipVerify: false, ...files } };
    const target = { name: 'prom-a:9090', url: `https://${server.address}`, enableCompression: true, httpClient };
    expect(await readAll(pools, target)).toContain('secured:value');

    const next = await other.issue({ name: 'promgate' });
    await server.secure({ ...usual, clientAuthority: other.cert });
    await writeFile(files.certFile, next.cert);
    // The pair does not fit: the one before it goes on, over the connection that it has.
    expect(await readAll(pools, target)).toContain('secured:value');
    await writeFile(files.keyFile, next.key);
    expect(await readAll(pools, target)).toContain('secured:value');
  });
});
