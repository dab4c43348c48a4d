import type { HttpClientConfig, TlsConfig } from './http-client-config.ts';

/** A file that an HTTP client reads, and the key that names it. */
export interface ClientFile {
  readonly key: string;
  readonly path: string;
}

/** All files of a client, in the order of the documentation. */
export function httpClientFiles(client: HttpClientConfig): ClientFile[] {
  const { basicAuth, authorization, oauth2, httpHeaders = {} } = client;
  return [
    ...named('basic_auth.username_file', basicAuth?.usernameFile),
    ...named('basic_auth.password_file', basicAuth?.passwordFile),
    ...named('authorization.credentials_file', authorization?.credentialsFile),
    ...named('oauth2.client_secret_file', oauth2?.clientSecretFile),
    ...tlsFiles('oauth2.tls_config', oauth2?.tlsConfig),
    ...tlsFiles('tls_config', client.tlsConfig),
    ...Object.entries(httpHeaders).flatMap(([name, { files }]) =>
      files.flatMap((path) => named(`http_headers.${name}.files`, path)),
    ),
  ];
}

function tlsFiles(section: string, tls: TlsConfig | undefined): ClientFile[] {
  return [
    ...named(`${section}.ca_file`, tls?.caFile),
    ...named(`${section}.cert_file`, tls?.certFile),
    ...named(`${section}.key_file`, tls?.keyFile),
  ];
}

function named(key: string, path: string | undefined): ClientFile[] {
  return path === undefined ? [] : [{ key, path }];
}
