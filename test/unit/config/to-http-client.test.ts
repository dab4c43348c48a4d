import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { withoutSecrets } from '../../../src/config/without-secrets.ts';

const load = (text: string) => loadConfig(text, { file: '/etc/promgate/f.yml', parseSelector: () => {} }).config;
const clientOf = (shard: string, global = '') =>
  load(`global:\n  query_timeout: 1m\n${global}shards:\n- name: s\n  static_configs: [{targets: ["h:1"]}]\n${shard}`)
    .shards[0]!.httpClient;

const everything = `  oauth2:
    client_id: 007
    client_secret: secret-1
    scopes: [a]
    token_url: https://h/t
    endpoint_params: {p: secret-2}
    tls_config: {ca_file: ca, cert: c, key: secret-3}
    proxy_url: http://u:secret-4@h:1
    no_proxy: x
    proxy_connect_header: {X-A: [secret-5]}
  tls_config: {ca: a, cert_file: /abs/c, key: secret-6, server_name: n, insecure_skip_verify: true, min_version: TLS11, max_version: TLS13}
  http_headers: {X-A: {values: [1], secrets: [secret-7], files: [f]}}
  proxy_url: https://secret-8@h
  proxy_connect_header: {X-B: [secret-9]}
`;

it('maps every key; paths start at the directory of the file', () => {
  expect(clientOf(everything)).toStrictEqual({
    oauth2: {
      clientId: '007',
      clientSecret: 'secret-1',
      scopes: ['a'],
      tokenUrl: 'https://h/t',
      endpointParams: { p: 'secret-2' },
      tlsConfig: { caFile: '/etc/promgate/ca', cert: 'c', key: 'secret-3', insecureSkipVerify: false },
      proxyUrl: 'http://u:secret-4@h:1',
      noProxy: 'x',
      proxyConnectHeader: { 'X-A': ['secret-5'] },
    },
    tlsConfig: {
      ca: 'a',
      certFile: '/abs/c',
      key: 'secret-6',
      serverName: 'n',
      insecureSkipVerify: true,
      minVersion: 'TLS11',
      maxVersion: 'TLS13',
    },
    httpHeaders: { 'X-A': { values: ['1'], secrets: ['secret-7'], files: ['/etc/promgate/f'] } },
    proxyUrl: 'https://secret-8@h',
    proxyConnectHeader: { 'X-B': ['secret-9'] },
  });
  expect(clientOf('  basic_auth: {username: 0x1, password: 010}\n')).toStrictEqual({
    basicAuth: { username: '0x1', password: '010' },
  });
  expect(clientOf('  authorization: {credentials_file: t}\n  proxy_from_environment: true\n')).toStrictEqual({
    authorization: { type: 'Bearer', credentialsFile: '/etc/promgate/t' },
    proxyFromEnvironment: true,
  });
});

describe('what a shard takes from global', () => {
  const global =
    '  basic_auth: {username: u}\n  tls_config: {ca: a, server_name: n}\n  proxy_url: http://p:1\n  no_proxy: x\n';
  it.each([
    [
      '',
      {
        basicAuth: { username: 'u' },
        tlsConfig: { ca: 'a', serverName: 'n', insecureSkipVerify: false },
        proxyUrl: 'http://p:1',
        noProxy: 'x',
      },
    ],
    [
      '  authorization: {credentials: c}\n  tls_config: {server_name: m}\n  proxy_url: http://q:1\n',
      {
        authorization: { type: 'Bearer', credentials: 'c' },
        tlsConfig: { serverName: 'm', insecureSkipVerify: false },
        proxyUrl: 'http://q:1',
      },
    ],
    ['  tls_config: {}\n  proxy_url: ""\n', { basicAuth: { username: 'u' } }],
  ])('%j', (shard, client) => {
    expect(clientOf(shard, global)).toStrictEqual(client);
  });

  it('nothing where there is nothing', () => {
    const [shard] = load('shards:\n- {name: s, static_configs: [{targets: ["h:1"]}], tls_config: {}}\n').shards;
    expect(Object.keys(shard!)).not.toContain('httpClient');
  });
});

it('of a list that is fetched has nothing of global or of its shard', () => {
  const list = '{url: "https://h/l", basic_auth: {username: u, password_file: p}, proxy_url: "http://p:1"}';
  const { shards, discovery } = load(`global: {authorization: {credentials: c}, http_headers: {X-A: {values: [v]}}}
shards: [{name: s, tls_config: {ca: a}, http_sd_configs: [${list}, {url: "https://h/m"}]}]
discovery: {http_sd_configs: [${list}]}
`);
  const source = {
    kind: 'http',
    url: 'https://h/l',
    refreshIntervalMs: 60_000,
    httpClient: { basicAuth: { username: 'u', passwordFile: '/etc/promgate/p' }, proxyUrl: 'http://p:1' },
  };
  expect(shards[0]!.sources).toStrictEqual([source, { kind: 'http', url: 'https://h/m', refreshIntervalMs: 60_000 }]);
  expect(discovery!.sources).toStrictEqual([source]);
});

it('is shown without its secrets, and with all else', () => {
  const config = load(`shards:\n- name: s\n  static_configs: [{targets: ["h:1"]}]\n${everything}- name: t
  labels: {a: b}
  static_configs: [{targets: ["h:2"]}]
  basic_auth: {username: user, password: secret-10}
- name: u
  labels: {a: c}
  static_configs: [{targets: ["h:3"]}]
  authorization: {credentials: secret-11}
`);
  const text = JSON.stringify(config);
  for (let i = 1; i <= 11; i++) expect(text).toContain(`secret-${i}`);
  const shown = JSON.stringify(withoutSecrets(config));
  expect(shown).not.toMatch(/secret-\d/);
  expect(shown.match(/<secret>/g)).toHaveLength(11);
  expect(JSON.parse(shown.replaceAll('<secret>', 'x'))).toEqual(
    JSON.parse(text.replaceAll(/u:secret-4|secret-\d+/g, 'x')),
  );
});

it('is shown without its secrets where lists are fetched, and where shards are found', () => {
  const list = (n: number): string => `{url: "https://h/l?key=secret-${n}", basic_auth: {password: secret-${n + 1}}}`;
  const config = load(`global: {authorization: {credentials: secret-0}}
shards: [{name: s, http_sd_configs: [${list(1)}, {url: "https://h/m"}]}]
discovery: {http_sd_configs: [${list(3)}], file_sd_configs: [{files: [a.json]}]}
`);
  const text = JSON.stringify(config);
  for (let i = 0; i <= 4; i++) expect(text).toContain(`secret-${i}`);
  const shown = JSON.stringify(withoutSecrets(config));
  expect(shown).not.toMatch(/secret-\d/);
  // Those of global stand in the shard and in `discovery`.
  expect(shown.match(/<secret>/g)).toHaveLength(6);
  expect(JSON.parse(shown.replaceAll('<secret>', 'x'))).toEqual(
    JSON.parse(text.replaceAll(/key=secret-\d|secret-\d/g, 'x')),
  );
});
