import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { checkConfig } from '../../src/config/check-config.ts';
import { describeReal } from '../servers/describe-real.ts';

const oauth2 = 'oauth2: {client_id: a, client_secret: b, token_url: "https://h/t"';

/** Keys of an HTTP client, and whether they are right. */
const cases: readonly (readonly [keys: string, isRight: boolean])[] = [
  ['basic_auth: {username: 007, password: 1.10}', true],
  ['basic_auth: {username: a, username_file: b}', false],
  ['basic_auth: {password: a, password_file: b}', false],
  ['basic_auth: {passwort: a}', false],
  ['basic_auth: {username: a}\nauthorization: {credentials: x}', false],
  ['authorization: {type: Token, credentials_file: x}', true],
  ['authorization: {type: bAsic, credentials: x}', false],
  ['authorization: {credentials: x, credentials_file: y}', false],
  [`${oauth2}, scopes: [a], endpoint_params: {b: "1"}, tls_config: {ca_file: c}, proxy_url: "http://p:1"}`, true],
  [`${oauth2}, client_secret_file: c}`, false],
  [`${oauth2}, no_proxy: c}`, false],
  [`${oauth2}, tls_config: {cert_file: c}}`, false],
  [`${oauth2}}\nbasic_auth: {username: a}`, false],
  [`${oauth2}}\nauthorization: {credentials: a}`, false],
  ['oauth2: {client_secret: b, token_url: "https://h/t"}', false],
  ['oauth2: {client_id: a, client_secret: b}', false],
  ['tls_config: {}', true],
  ['tls_config: {ca: a, cert: b, key: c, server_name: d, insecure_skip_verify: true}', true],
  ['tls_config: {min_version: TLS10, max_version: TLS13}', true],
  ['tls_config: {min_version: TLS14}', false],
  ['tls_config: {ca: a, ca_file: b}', false],
  ['tls_config: {cert: a, cert_file: b, key: c}', false],
  ['tls_config: {cert: a, key: b, key_file: c}', false],
  ['tls_config: {cert: a}', false],
  ['tls_config: {key_file: a}', false],
  ['http_headers: {X-A: {values: [a], secrets: [b], files: [c]}}', true],
  ['http_headers: {x-prometheus-scrape-timeout-seconds: {values: [a]}}', false],
  ['http_headers: {authorization: {values: [a]}}', false],
  ['http_headers: {User-Agent: {values: [a]}}', false],
  ['http_headers: {Host: {values: [a]}}', false],
  ['proxy_url: http://u:p@h:1\nno_proxy: a\nproxy_connect_header: {X-A: [b]}', true],
  ['proxy_url: ""', true],
  ['proxy_from_environment: true\nproxy_connect_header: {X-A: [b]}', true],
  ['proxy_from_environment: true\nproxy_url: http://h:1', false],
  ['proxy_from_environment: true\nno_proxy: a', false],
  ['no_proxy: a', false],
  ['proxy_connect_header: {X-A: [b]}', false],
];

describeReal('keys of HTTP clients', ['promtool'], ({ promtool }) => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(inject('runDirectory'), 'http-client-keys-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const indented = (keys: string): string => keys.replaceAll(/^/gm, '  ');
  /** `job`, `shard`: what the keys stand in, up to them. */
  const promtoolTakes = async (job: string, keys: string): Promise<boolean> => {
    const file = join(directory, 'prometheus.yml');
    await writeFile(file, `scrape_configs:\n- job_name: j\n${job}${keys}\n`);
    const run = promisify(execFile)(promtool, ['check', 'config', '--syntax-only', file]);
    return run.then(
      () => true,
      () => false,
    );
  };
  const promgateTakes = (shard: string, keys: string): boolean => {
    const text = `shards:\n- name: s\n${shard}${keys}\n`;
    return checkConfig(text, { file: join(directory, 'f.yml'), parseSelector: () => {} }).config !== undefined;
  };

  it.each(cases)('%s: %s, as Prometheus has it', async (keys, isRight) => {
    const shard = '  scheme: https\n  static_configs: [{targets: ["h:1"]}]\n';
    const taken = [promgateTakes(shard, indented(keys)), await promtoolTakes('', indented(keys))];
    expect(taken).toEqual([isRight, isRight]);
  });

  it.each(cases)('of a list that is fetched: %s: %s, as Prometheus has it', async (keys, isRight) => {
    const list = '  http_sd_configs:\n  - url: https://h/l\n';
    const inList = indented(indented(keys));
    expect([promgateTakes(list, inList), await promtoolTakes(list, inList)]).toEqual([isRight, isRight]);
  });
});
