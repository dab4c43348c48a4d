import { rename, writeFile } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import type { Identity } from '../tls/certificates.ts';
import { freePort } from './free-port.ts';
import { createServerDirectory } from './run-directory.ts';
import { ServerProcess } from './server-process.ts';

/** What `--web.config.file` of Prometheus says. */
export interface WebSecurity {
  readonly identity: Identity;
  /** PEM of the authority whose clients are let in; undefined lets in all. */
  readonly clientAuthority?: string;
  /** bcrypt hashes by user. */
  readonly users?: Readonly<Record<string, string>>;
  readonly tls?: Readonly<Record<string, string>>;
}

export interface SecuredPrometheusOptions {
  readonly name: string;
  readonly binary: string;
  readonly runDirectory: string;
  readonly security: WebSecurity;
  readonly externalLabels: Readonly<Record<string, string>>;
  /** What the test itself asks with. */
  readonly client: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'auth' | 'minVersion' | 'maxVersion' | 'ciphers'>;
}

export interface SecuredPrometheus {
  readonly address: string;
  readonly process: ServerProcess;
  /** The server reads it again with the next connection. */
  secure(security: WebSecurity): Promise<void>;
  close(): Promise<void>;
}

/** A real Prometheus behind TLS and passwords, which records one series, `secured:value` = 42. */
export async function startSecuredPrometheus(options: SecuredPrometheusOptions): Promise<SecuredPrometheus> {
  const { name, binary, runDirectory, client } = options;
  const directory = await createServerDirectory(runDirectory, name);
  const address = `127.0.0.1:${await freePort()}`;
  const file = (leaf: string): string => join(directory, leaf);
  const rules = [{ name: 'secured', rules: [{ record: 'secured:value', expr: 'vector(42)' }] }];
  const global = { evaluation_interval: '1s', external_labels: options.externalLabels };
  await writeFile(file('rules.json'), JSON.stringify({ groups: rules }));
  await writeFile(file('prometheus.json'), JSON.stringify({ global, rule_files: [file('rules.json')] }));
  let version = 0;
  const secure = (security: WebSecurity): Promise<void> => writeWebConfig(directory, `v${++version}`, security);
  await secure(options.security);
  const server = new ServerProcess({
    name,
    command: binary,
    directory,
    readyUrl: `https://${address}/-/ready`,
    isReady: (url) => answersOk(url, client),
    args: [
      `--config.file=${file('prometheus.json')}`,
      `--storage.tsdb.path=${file('data')}`,
      `--web.listen-address=${address}`,
      `--web.config.file=${file('web.json')}`,
    ],
  });
  await server.start();
  return { address, process: server, secure, close: () => server.close() };
}

/** In one step: the server may read it at any time. */
async function writeWebConfig(directory: string, version: string, security: WebSecurity): Promise<void> {
  const file = (leaf: string): string => join(directory, `${version}-${leaf}`);
  const { identity, clientAuthority, users, tls } = security;
  await writeFile(file('server.crt'), identity.cert);
  await writeFile(file('server.key'), identity.key);
  if (clientAuthority !== undefined) await writeFile(file('clients.crt'), clientAuthority);
  const clients = { client_auth_type: 'RequireAndVerifyClientCert', client_ca_file: file('clients.crt') };
  const web = {
    tls_server_config: {
      cert_file: file('server.crt'),
      key_file: file('server.key'),
      ...(clientAuthority !== undefined && clients),
      ...tls,
    },
    ...(users !== undefined && { basic_auth_users: users }),
  };
  await writeFile(file('web.json'), JSON.stringify(web));
  await rename(file('web.json'), join(directory, 'web.json'));
}

function answersOk(url: string, client: SecuredPrometheusOptions['client']): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  request(url, { ...client, agent: false, timeout: 2000 }, (response) => {
    response.resume();
    resolve(response.statusCode === 200);
  })
    .on('error', () => resolve(false))
    .on('timeout', () => resolve(false))
    .end();
  return promise;
}
