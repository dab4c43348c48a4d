import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkWebConfig } from '../../../../src/config/web/check-web-config.ts';
import { createAuthorityFiles } from '../../../servers/tls/certificate-files.ts';

const hash = '$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG';
const tls = 'tls_server_config:\n  cert_file: ca/server.crt\n  key_file: ca/server.key\n';
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'web-config-'));
  const authority = await createAuthorityFiles(directory, 'ca');
  await authority.issue('server', ['localhost']);
  await authority.issue('other', ['localhost']);
});
afterAll(() => rm(directory, { recursive: true }));

const check = (text: string) => checkWebConfig(text, join(directory, 'web.yml'));
const found = async (text: string): Promise<string[]> => {
  const { config, messages } = await check(text);
  expect(config).toBeUndefined();
  return messages
    .filter(({ severity }) => severity === 'error')
    .map(({ line, column, message }) => `${line}:${column} ${message}`);
};

describe('a sound file', () => {
  it('is open where it is empty', async () => {
    expect((await check('')).config).toEqual({ tls: undefined, headers: {}, users: new Map() });
  });

  it('has the defaults of Prometheus', async () => {
    const { config, messages, files } = await check(`${tls}basic_auth_users:\n  alice: ${hash}\n  1: ${hash}\n`);
    expect(messages).toEqual([]);
    expect(config!.users).toEqual(
      new Map([
        ['1', hash],
        ['alice', hash],
      ]),
    );
    expect(config!.tls).toMatchObject({
      clientAuth: 'NoClientCert',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ciphers: undefined,
      curves: undefined,
      prefersServerCiphers: true,
    });
    expect(config!.tls!.cert).toBe(await readFile(join(directory, 'ca/server.crt'), 'utf8'));
    expect(config!.tls!.certExpiresMs).toBeGreaterThan(Date.now());
    expect(files).toEqual([join(directory, 'ca/server.crt'), join(directory, 'ca/server.key')]);
  });

  it('translates the names of Go', async () => {
    const { config } = await check(
      `${tls}  client_auth_type: RequireClientCert\n  client_allowed_sans: [a]\n  min_version: TLS11\n  max_version: TLS12\n` +
        '  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n  curve_preferences: [CurveP521, X25519]\n' +
        '  prefer_server_cipher_suites: false\n',
    );
    expect(config!.tls).toMatchObject({
      clientAuth: 'RequireAnyClientCert',
      clientAllowedSans: ['a'],
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.2',
      ciphers: expect.stringMatching(/^TLS_.*:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0$/) as string,
      curves: 'P-521:X25519',
      prefersServerCiphers: false,
    });
  });

  it('keeps TLS on beside a warning', async () => {
    const { config, messages } = await check(`${tls}  client_auth_type: RequireAndVerifyClientCert\n`);
    expect(messages.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', expect.stringContaining('any public authority') as string],
    ]);
    expect(config!.tls!.clientAuth).toBe('RequireAndVerifyClientCert');
  });

  it('has texts instead of files', async () => {
    const [cert, key] = await Promise.all(
      ['crt', 'key'].map((end) => readFile(join(directory, `ca/server.${end}`), 'utf8')),
    );
    const { config } = await check(JSON.stringify({ tls_server_config: { cert, key } }));
    expect(config!.tls).toMatchObject({ cert, key });
  });

  it('is the example', async () => {
    const text = await readFile(fileURLToPath(new URL('../../../../config/web.yml', import.meta.url)), 'utf8');
    for (const name of ['server.crt', 'server.key']) {
      await writeFile(join(directory, name), await readFile(join(directory, 'ca', name)));
    }
    await writeFile(join(directory, 'clients.crt'), await readFile(join(directory, 'ca/ca.crt')));
    const { config, messages } = await check(text);
    expect(messages).toEqual([]);
    expect([...config!.users.keys()]).toEqual(['prometheus']);
    expect(config!.headers).toEqual({ 'Strict-Transport-Security': 'max-age=31536000' });
    expect(config!.tls!.clientAuth).toBe('RequireAndVerifyClientCert');
  });
});

describe('a faulty file', () => {
  it.each([
    ['tls_server: {}\n', '1:1 tls_server: unknown key'],
    [
      'tls_server_config:\n  cert: x\n  cert_flie: x\n',
      '3:3 tls_server_config.cert_flie: unknown key (did you mean "cert_file"?)',
    ],
    ['rate_limit: {}\n', '1:1 rate_limit: not built yet: remove it'],
    [
      'http_server_config:\n  http2: true\n',
      '2:10 http_server_config.http2: not built yet: remove it, promgate speaks HTTP/1.1',
    ],
    [
      'http_server_config:\n  headers:\n    Server: a\n',
      /3:5 http_server_config.headers.Server: a header that cannot be set; those are Strict/,
    ],
    [
      'http_server_config:\n  headers:\n    X-Frame-Options: DENY\n',
      /3:22 .*expected one of "deny", "sameorigin", got "DENY"/,
    ],
    ['tls_server_config:\n  min_version: TLS12\n', '1:1 tls_server_config: missing one of cert or cert_file'],
    [`${tls}  cert: x\n`, '4:3 tls_server_config.cert: give either cert or cert_file, not both'],
    [`${tls}  client_ca_file: ca/ca.crt\n`, /^4:19 .*client_ca_file: has no effect without client_auth_type/],
    [`${tls}  client_allowed_sans: [a]\n`, /^4:3 .*client_allowed_sans: needs client_auth_type/],
    [
      `${tls}  client_auth_type: VerifyClientCertIfGiven\n  client_allowed_sans: [a]\n`,
      /^5:3 .*needs client_auth_type/,
    ],
    [`${tls}  client_auth_type: Sometimes\n`, /^4:21 .*expected one of "NoClientCert", .*got "Sometimes"/],
    [
      `${tls}  min_version: TLS13\n  max_version: TLS12\n`,
      '4:16 tls_server_config.min_version: is newer than max_version',
    ],
    [`${tls}  min_version: SSL30\n`, /^4:16 .*expected one of "TLS10"/],
    [`${tls}  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n`, /^4:19 .*cipher_suites\[0\]: expected one of/],
    [`${tls}  curve_preferences: [P-256]\n`, /^4:23 .*curve_preferences\[0\]: expected one of/],
    [tls.replace('server.crt', 'none.crt'), /^2:14 .*cert_file: cannot read .*none\.crt: ENOENT/],
    [tls.replace('server.crt', 'server.key'), /^2:14 .*cert_file: holds no certificate/],
    [tls.replace('server.key', 'other.key'), /^3:13 .*key_file: cannot be used: .*key values mismatch/],
    [tls.replace('server.key', 'server.crt'), /^3:13 .*key_file: cannot be used/],
    [
      `${tls}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca/server.key\n`,
      /^5:19 .*client_ca_file: cannot be used/,
    ],
    [`basic_auth_users:\n  a: {}\n`, /^2:6 .*expected a bcrypt hash of a password, got a mapping/],
    [`basic_auth_users:\n  "a:b": ${hash}\n`, /^2:3 .*without a colon/],
    [`basic_auth_users:\n  a: ${hash.replace('$10', '$17')}\n`, /^2:6 .*bcrypt cost 17 is outside of 4 to 16/],
    [`basic_auth_users:\n  a: ${hash}\n  a: ${hash}\n`, /^3:3 .*duplicate key "a"/],
  ])('%j', async (text, message) => {
    expect((await found(text))[0]).toMatch(message);
  });

  it.each(['secret', '12345678', `${hash}x`, hash.slice(1), '[secret]', '*secret', '"secret'])(
    'does not show what stands for a hash, %s',
    async (value) => {
      const messages = await found(`basic_auth_users:\n  a: ${value}\n`);
      expect(messages.length).toBeGreaterThan(0);
      expect(messages.join('\n').replaceAll('"secret"', '')).not.toMatch(/12345678|X0h1gDs|got .*secret/);
    },
  );
});
