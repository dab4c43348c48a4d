import { describe, expect, it } from 'vitest';
import { messagesOf } from '../check-text.ts';

const inShard = (keys: string): string =>
  `shards:\n- name: s\n  static_configs: [{targets: ["h:1"]}]\n${indented(keys)}\n  scheme: https`;
const inGlobal = (keys: string): string =>
  `shards:\n- {name: s, static_configs: [{targets: ["h:1"]}]}\nglobal:\n${indented(keys)}`;
/** In an entry of a list that is fetched, of a shard and of `discovery`. */
const inShardSource = (keys: string): string =>
  `shards:\n- name: s\n  http_sd_configs:\n  - url: https://h/l\n${indented(indented(keys))}`;
const inSource = (keys: string): string =>
  `discovery:\n  http_sd_configs:\n  - url: https://h/l\n${indented(indented(keys))}`;
const indented = (keys: string): string => keys.replaceAll(/^/gm, '  ');

const oauth2 = 'oauth2: {client_id: a, client_secret: b, token_url: "https://h/t"';

describe('accepts', () => {
  it.each([
    'basic_auth: {}',
    'basic_auth: {username: 007, password: 1.10}',
    'basic_auth: {username_file: u, password_file: p}',
    'authorization: {credentials: x}',
    'authorization: {type: Token, credentials_file: x}',
    `${oauth2}}`,
    `${oauth2}, scopes: [a, b], endpoint_params: {audience: 7}, tls_config: {ca_file: c}, proxy_url: "http://p:1"}`,
    'tls_config: {}',
    'tls_config: {ca: x, cert_file: c, key_file: k, server_name: n, insecure_skip_verify: true}',
    'tls_config: {min_version: TLS12, max_version: TLS12}',
    'http_headers: {X-A: {values: [1, b], secrets: [c], files: [d]}}',
    'proxy_url: http://u:p@h:3128',
    'proxy_url: ""',
    'proxy_url: http://h:3128\nno_proxy: 10.0.0.0/8\nproxy_connect_header: {X-A: [b, c]}',
    'proxy_from_environment: true',
    'proxy_from_environment: true\nproxy_connect_header: {X-A: [b]}',
  ])('%s', (keys) => {
    expect(messagesOf(inShard(keys))).toEqual([]);
    expect(messagesOf(inGlobal(keys))).toEqual([]);
    expect([...messagesOf(inShardSource(keys)), ...messagesOf(inSource(keys))]).toEqual([]);
  });
});

describe('refuses', () => {
  const oneOf = 'at most one of basic_auth, authorization, oauth2 may be given';
  it.each([
    [
      'basic_auth: {}\nauthorization: {credentials: x}',
      '5:3',
      `authorization: excludes basic_auth, given in line 4: ${oneOf}`,
    ],
    [`basic_auth: {}\n${oauth2}}`, '5:3', `oauth2: excludes basic_auth, given in line 4: ${oneOf}`],
    [
      'basic_auth: {username: a, username_file: b}',
      '4:29',
      'basic_auth.username_file: excludes username, given in line 4: at most one of username, username_file may be given',
    ],
    [
      'basic_auth: {password: a, password_file: b}',
      '4:29',
      'basic_auth.password_file: excludes password, given in line 4: at most one of password, password_file may be given',
    ],
    ['authorization: {}', '4:3', 'authorization: needs one of credentials, credentials_file'],
    [
      'authorization: {type: basic, credentials: x}',
      '4:25',
      'authorization.type: cannot be "basic": use basic_auth instead',
    ],
    [
      'authorization: {credentials: x, credentials_file: y}',
      '4:35',
      'authorization.credentials_file: excludes credentials, given in line 4: at most one of credentials, credentials_file may be given',
    ],
    ['oauth2: {client_id: a, token_url: "http://h"}', '4:3', 'oauth2: needs one of client_secret, client_secret_file'],
    [
      `${oauth2}, client_secret_file: f}`,
      '4:70',
      'oauth2.client_secret_file: excludes client_secret, given in line 4: at most one of client_secret, client_secret_file may be given',
    ],
    [
      `${oauth2}, tls_config: {ca: a, ca_file: b}}`,
      '4:90',
      'oauth2.tls_config.ca_file: excludes ca, given in line 4: at most one of ca, ca_file may be given',
    ],
    [`${oauth2}, no_proxy: x}`, '4:70', 'oauth2.no_proxy: needs proxy_url beside it'],
    ['tls_config: {cert_file: c}', '4:3', 'tls_config: a client certificate needs its key: give key or key_file'],
    ['tls_config: {key_file: c}', '4:3', 'tls_config: a client key needs its certificate: give cert or cert_file'],
    [
      'tls_config: {cert_file: c, cert: d, key: k}',
      '4:16',
      'tls_config.cert_file: excludes cert, given in line 4: at most one of cert, cert_file may be given',
    ],
    [
      'tls_config: {min_version: TLS13, max_version: TLS12}',
      '4:49',
      'tls_config.max_version: TLS12 is older than min_version TLS13',
    ],
    ['http_headers: {host: {values: [x]}}', '4:18', 'http_headers.host: this header is set by the gateway itself'],
    ['http_headers: {X-A: {}, x-a: {}}', '4:27', 'http_headers["x-a"]: this header is given twice'],
    [
      'http_headers: {X-A: {values: ["a\\nb"]}}',
      '4:33',
      'http_headers["X-A"].values[0]: holds characters that a header cannot carry',
    ],
    [
      'proxy_url: http://h:1\nproxy_from_environment: true',
      '5:3',
      'proxy_from_environment: excludes proxy_url: remove one of them',
    ],
    ['no_proxy: x', '4:3', 'no_proxy: needs proxy_url beside it'],
    [
      'proxy_from_environment: true\nno_proxy: x',
      '5:3',
      'no_proxy: excludes proxy_from_environment, which takes NO_PROXY from the environment: remove one of them',
    ],
    [
      'proxy_connect_header: {A: [b]}',
      '4:3',
      'proxy_connect_header: needs proxy_url or proxy_from_environment beside it',
    ],
    [
      'proxy_url: socks5://h:1',
      '4:14',
      'proxy_url: expected the http:// or https:// URL of a proxy, without a path, got a text that is not shown here',
    ],
    ['proxy_url: http://h:99999', '4:3', 'proxy_url: no such URL can exist'],
  ])('%s', (keys, place, message) => {
    expect(messagesOf(inShard(keys))).toEqual([`error f.yml:${place}: shards[0].${message}`]);
    expect(messagesOf(inGlobal(keys))).toEqual([`error f.yml:${place}: global.${message}`]);
    const [line, column] = place.split(':').map(Number) as [number, number];
    const oneLineDown = message.replace(/in line (\d+)/, (_, other: string) => `in line ${Number(other) + 1}`);
    expect(messagesOf(inShardSource(keys))).toEqual([
      `error f.yml:${line + 1}:${column + 2}: shards[0].http_sd_configs[0].${oneLineDown}`,
    ]);
    expect(messagesOf(inSource(keys))).toEqual([
      `error f.yml:${line}:${column + 2}: discovery.http_sd_configs[0].${message}`,
    ]);
  });

  it('an unknown version of TLS', () => {
    expect(messagesOf(inShard('tls_config: {min_version: TLS14}'))[0]).toContain('"TLS10", "TLS11", "TLS12", "TLS13"');
  });
});

it('warns of TLS settings of a shard that is asked without TLS', () => {
  expect(messagesOf(inShard('tls_config: {ca_file: x}').replace('https', 'http'))).toEqual([
    'warning f.yml:4:3: shards[0].tls_config: has no effect: the scheme of the shard is http',
  ]);
  expect(messagesOf(inShard('tls_config: {}').replace('https', 'http'))).toEqual([]);
});

it('warns of TLS settings of a list that is fetched without TLS', () => {
  expect(messagesOf(inSource('tls_config: {ca_file: x}').replace('https', 'http'))).toEqual([
    'warning f.yml:4:5: discovery.http_sd_configs[0].tls_config: has no effect: the URL is an http one',
  ]);
  expect(messagesOf(inSource('tls_config: {}').replace('https', 'http'))).toEqual([]);
});
