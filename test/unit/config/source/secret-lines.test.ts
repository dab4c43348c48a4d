import { expect, it } from 'vitest';
import { mayHoldSecret } from '../../../../src/config/source/secret-lines.ts';

/** The lines that may hold a secret are marked with `#!`. */
const file = `global:
  scrape_timeout: 10s
  basic_auth: #!
    username: u #!
    passwrod: x #!
shards:
- name: a
  labels: {a: b}
  authorization: {credentials: x} #!
  tls_config: #!
    key: | #!
      MIIE #!
  static_configs:
  - targets: [x]
- name: b
  password: x #!
  http_headers: #!
    X-A: #!
      secrets: #!
      - one #!

      - two #!
  scheme: https
- {name: c, static_configs: [{targets: ['a:1']}], "oauth2": {client_id: x}} #!
MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
-----BEGIN PRIVATE KEY-----
federation: {}`.split('\n');

it.each(file.map((line, i) => [i, line] as const))('line %i: %s', (index, line) => {
  const isKey = /^(?:MIIE|-----)/.test(line);
  expect(mayHoldSecret(file, index)).toBe(isKey || line.endsWith('#!'));
});
