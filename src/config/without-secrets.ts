import type { Config } from './config.ts';
import type { HttpClientConfig, OAuth2Config, ProxyConfig } from './http-client-config.ts';

const secret = '<secret>';

/** The configuration as it may be shown: every secret in it is `<secret>`, as Prometheus shows its own. */
export function withoutSecrets(config: Config): Config {
  return {
    ...config,
    shards: config.shards.map((shard) =>
      shard.httpClient === undefined ? shard : { ...shard, httpClient: maskClient(shard.httpClient) },
    ),
  };
}

function maskClient(client: HttpClientConfig): HttpClientConfig {
  const { basicAuth, authorization, oauth2, httpHeaders } = client;
  return {
    ...client,
    ...(basicAuth && { basicAuth: maskKeys(basicAuth, ['password']) }),
    ...(authorization && { authorization: maskKeys(authorization, ['credentials']) }),
    ...(oauth2 && { oauth2: maskOAuth2(oauth2) }),
    ...maskTls(client),
    ...(httpHeaders && {
      httpHeaders: mapValues(httpHeaders, (header) => ({ ...header, secrets: header.secrets.map(() => secret) })),
    }),
    ...maskProxy(client),
  };
}

function maskOAuth2(oauth2: OAuth2Config): OAuth2Config {
  return {
    ...maskKeys(oauth2, ['clientSecret']),
    endpointParams: mapValues(oauth2.endpointParams, () => secret),
    ...maskTls(oauth2),
    ...maskProxy(oauth2),
  };
}

function maskTls({ tlsConfig }: Pick<HttpClientConfig, 'tlsConfig'>): Pick<HttpClientConfig, 'tlsConfig'> {
  return tlsConfig === undefined ? {} : { tlsConfig: maskKeys(tlsConfig, ['key']) };
}

function maskProxy({ proxyUrl, proxyConnectHeader }: ProxyConfig): ProxyConfig {
  return {
    ...(proxyUrl !== undefined && { proxyUrl: maskUserInfo(proxyUrl) }),
    ...(proxyConnectHeader && {
      proxyConnectHeader: mapValues(proxyConnectHeader, (values) => values.map(() => secret)),
    }),
  };
}

/** The whole of it: a token may stand where a user name would. */
function maskUserInfo(url: string): string {
  return url.replace(/\/\/.*@/, `//${secret}@`);
}

function maskKeys<Section extends object>(section: Section, keys: readonly (keyof Section)[]): Section {
  const masked = keys.filter((key) => section[key] !== undefined).map((key) => [key, secret]);
  return { ...section, ...Object.fromEntries(masked) };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
