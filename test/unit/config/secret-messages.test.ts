import { expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/check-config.ts';
import { renderHuman, renderJson } from '../../../src/cli/check-report.ts';
import { messagesOf } from './check-text.ts';

/** Stands for every secret. */
const secret = 'hunter2';

/** Slips of the pen, each of which makes the file wrong. */
const slips = [
  `basic_auth: ${secret}`,
  `basic_auth: [${secret}]`,
  `basic_auth: {username: u, password: {x: ${secret}}}`,
  `basic_auth: {username: u, passwrod: ${secret}}`,
  `basic_auth: {username: u, password: *${secret}}`,
  `basic_auth: {username: u, password: !${secret}}`,
  `basic_auth: {username: u, password: &${secret}}`,
  `basic_auth: {username: u, password: "${secret}}`,
  `basic_auth: {username: u, password: @${secret}}`,
  `basic_auth: {username: u, password: ${secret}, password: ${secret}}`,
  `password: ${secret}`,
  `authorization: {type: "${secret} x"}`,
  `authorization: {credentials: [${secret}]}`,
  `oauth2: {client_id: a, client_secret: ${secret}, token_url: "https://a:${secret}@h/t"}`,
  `oauth2: {client_id: a, client_secret: ${secret}, token_url: "ftp://h/${secret}"}`,
  `oauth2: {client_id: a, client_secret: ${secret}, token_url: "https://h/t", endpoint_params: {a: [${secret}]}}`,
  `oauth2: {client_id: a, client_secret: ${secret}}`,
  `tls_config: {key: ${secret}}`,
  `tls_config: ${secret}`,
  `http_headers: {X: ${secret}}`,
  `http_headers: {X: {secrets: ${secret}}}`,
  `http_headers: {X: {secrets: ["${secret}\\n"]}}`,
  `http_headers: {Authorization: {secrets: [${secret}]}}`,
  `http_headers: ${secret}`,
  `proxy_url: "ftp://a:${secret}@h"`,
  `proxy_url: "http://a:${secret}@h:99999"`,
  `proxy_url: "a:${secret}@h"`,
  `proxy_connect_header: {X: [${secret}]}`,
  `proxy_connect_header: {X: ${secret}}`,
];

it.each(slips)('%s is refused and not repeated', (slip) => {
  for (const text of [inGlobal(slip), inShard(slip), inSource(slip)]) {
    const { config, messages } = checkConfig(text, { file: 'f.yml', parseSelector: () => {} });
    expect(config).toBeUndefined();
    const checked = { file: 'f.yml', text, config, messages };
    expect(renderHuman(checked) + renderJson([checked]) + messagesOf(text).join()).not.toContain(secret);
  }
});

function inGlobal(slip: string): string {
  return `global:\n  ${slip}\nshards:\n- {name: s, static_configs: [{targets: ["h:1"]}]}\n`;
}

function inShard(slip: string): string {
  return `shards:\n- name: s\n  static_configs: [{targets: ["h:1"]}]\n  ${slip}\n`;
}

function inSource(slip: string): string {
  return `discovery:\n  http_sd_configs:\n  - url: http://h/l\n    ${slip}\n`;
}
