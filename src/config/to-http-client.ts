import { resolve } from 'node:path';
import type { HeaderConfig, HttpClientConfig, OAuth2Config, ProxyConfig, TlsConfig } from './http-client-config.ts';
import type { RawHeader, RawHttpClient, RawOAuth2, RawProxy, RawTls } from './raw-http-client.ts';

/** Keys that belong together: a shard that gives one of them takes none of them from `global`. */
const groups: readonly (readonly (keyof RawHttpClient)[])[] = [
  ['basic_auth', 'authorization', 'oauth2'],
  ['tls_config'],
  ['http_headers'],
  ['proxy_url', 'no_proxy', 'proxy_from_environment', 'proxy_connect_header'],
];

/**
 * An HTTP client from its own keys and those of `global`, where it has some of it; undefined where nothing is set. Paths are
 * taken from `directory`.
 */
export function toHttpClient(
  own: RawHttpClient,
  global: RawHttpClient,
  directory: string,
): HttpClientConfig | undefined {
  const raw: RawHttpClient = Object.assign({}, ...groups.map((keys) => pickGroup(own, global, keys)));
  const path = (name: string): string => resolve(directory, name);
  const { basic_auth: basicAuth, authorization, oauth2, tls_config: tls, http_headers: headers } = raw;
  const client: HttpClientConfig = {
    ...(basicAuth && {
      basicAuth: {
        ...given('username', basicAuth.username),
        ...given('usernameFile', basicAuth.username_file, path),
        ...given('password', basicAuth.password),
        ...given('passwordFile', basicAuth.password_file, path),
      },
    }),
    ...(authorization && {
      authorization: {
        type: authorization.type,
        ...given('credentials', authorization.credentials),
        ...given('credentialsFile', authorization.credentials_file, path),
      },
    }),
    ...(oauth2 && { oauth2: toOAuth2(oauth2, path) }),
    ...toTls(tls, path),
    ...(headers && Object.keys(headers).length > 0 && { httpHeaders: toHeaders(headers, path) }),
    ...toProxy(raw),
  };
  return Object.keys(client).length === 0 ? undefined : client;
}

function pickGroup(own: RawHttpClient, global: RawHttpClient, keys: readonly (keyof RawHttpClient)[]): RawHttpClient {
  const from = keys.some((key) => own[key] !== undefined) ? own : global;
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]));
}

type ToPath = (name: string) => string;

/** One field, or none where the text is empty or missing. */
function given<Name extends string>(
  name: Name,
  value: string | undefined,
  convert: ToPath = (text) => text,
): { readonly [key in Name]?: string } {
  if (value === undefined || value === '') return {};
  return { [name]: convert(value) } as { readonly [key in Name]?: string };
}

function toOAuth2(raw: RawOAuth2, path: ToPath): OAuth2Config {
  return {
    clientId: raw.client_id,
    ...given('clientSecret', raw.client_secret),
    ...given('clientSecretFile', raw.client_secret_file, path),
    scopes: [...raw.scopes],
    tokenUrl: raw.token_url,
    endpointParams: Object.fromEntries(Object.entries(raw.endpoint_params)),
    ...toTls(raw.tls_config, path),
    ...toProxy(raw),
  };
}

/** Nothing where all is as without it. */
function toTls(raw: RawTls | undefined, path: ToPath): { readonly tlsConfig?: TlsConfig } {
  if (raw === undefined) return {};
  const tlsConfig: TlsConfig = {
    ...given('ca', raw.ca),
    ...given('caFile', raw.ca_file, path),
    ...given('cert', raw.cert),
    ...given('certFile', raw.cert_file, path),
    ...given('key', raw.key),
    ...given('keyFile', raw.key_file, path),
    ...given('serverName', raw.server_name),
    insecureSkipVerify: raw.insecure_skip_verify,
    ...(raw.min_version && { minVersion: raw.min_version }),
    ...(raw.max_version && { maxVersion: raw.max_version }),
  };
  const isDefault = Object.keys(tlsConfig).length === 1 && !tlsConfig.insecureSkipVerify;
  return isDefault ? {} : { tlsConfig };
}

function toHeaders(raw: Readonly<Record<string, RawHeader>>, path: ToPath): Record<string, HeaderConfig> {
  return Object.fromEntries(
    Object.entries(raw).map(([name, { values, secrets, files }]) => [
      name,
      { values: [...values], secrets: [...secrets], files: files.map(path) },
    ]),
  );
}

function toProxy(raw: RawProxy): ProxyConfig {
  const { proxy_from_environment: fromEnvironment = false, proxy_connect_header: headers } = raw;
  const entries = Object.entries(headers ?? {}).map(([name, values]): [string, string[]] => [name, [...values]]);
  return {
    ...given('proxyUrl', raw.proxy_url),
    ...given('noProxy', raw.no_proxy),
    ...(fromEnvironment && { proxyFromEnvironment: true }),
    ...(entries.length > 0 && { proxyConnectHeader: Object.fromEntries(entries) }),
  };
}
