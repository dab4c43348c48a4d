import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkFiles } from '../../../src/cli/check-files.ts';
import { checkConfig } from '../../../src/config/check-config.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promgate-check-files-'));
  await writeFile(join(directory, 'there'), 'x');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const shard = (name: string, keys: string): string =>
  `- {name: ${name}, scheme: https, labels: {a: ${name}}, static_configs: [{targets: ["${name}:1"]}], ${keys}}\n`;

it('warns once of each file that is not there', async () => {
  const file = join(directory, 'f.yml');
  const everything =
    'http_headers: {X-A: {files: [h]}}, tls_config: {ca_file: ca, cert_file: c, key_file: there}, ' +
    'oauth2: {client_id: x, token_url: "https://h", client_secret_file: s, tls_config: {ca_file: ca}}';
  const text = `global: {basic_auth: {username_file: there, password_file: p}}\nshards:\n${shard('b', everything)}${shard('c', 'enable_compression: true')}`;
  const check = checkConfig(text, { file, parseSelector: () => {} });
  const messages = await checkFiles(file, check);
  expect(messages.map(({ line, severity, message }) => `${line} ${severity} ${message}`)).toEqual([
    `3 warning shards[0]: oauth2.client_secret_file ${join(directory, 's')} cannot be read: no such file`,
    `3 warning shards[0]: oauth2.tls_config.ca_file ${join(directory, 'ca')} cannot be read: no such file`,
    `3 warning shards[0]: tls_config.cert_file ${join(directory, 'c')} cannot be read: no such file`,
    `3 warning shards[0]: http_headers.X-A.files ${join(directory, 'h')} cannot be read: no such file`,
    `4 warning shards[1]: basic_auth.password_file ${join(directory, 'p')} cannot be read: no such file`,
  ]);
});

it('warns of files that lists are fetched with, and of those of shards that are found', async () => {
  const file = join(directory, 'f.yml');
  const list = (name: string): string => `{url: "https://h", basic_auth: {password_file: ${name}}}`;
  const text = `global: {authorization: {credentials_file: t}}
shards:
- {name: s, basic_auth: {}, http_sd_configs: [${list('a')}, ${list('there')}]}
discovery:
  http_sd_configs:
  - ${list('there')}
  - ${list('b')}
`;
  const check = checkConfig(text, { file, parseSelector: () => {} });
  const messages = await checkFiles(file, check);
  expect(messages.map(({ line, message }) => `${line} ${message}`)).toEqual([
    `3 shards[0].http_sd_configs[0]: basic_auth.password_file ${join(directory, 'a')} cannot be read: no such file`,
    `5 discovery: authorization.credentials_file ${join(directory, 't')} cannot be read: no such file`,
    `7 discovery.http_sd_configs[1]: basic_auth.password_file ${join(directory, 'b')} cannot be read: no such file`,
  ]);
});
