import type { Config, SourceConfig } from './config.ts';
import type { HttpClientConfig, OAuth2Config, ProxyConfig } from './http-client-config.ts';

const secret = '<secret>';

/** The configuration as it may be shown: every secret in it is `<secret>`, as Prometheus shows its own. */
export function withoutSecrets(config: Config): Config {
  const { shards, discovery } = config;
  return {
    ...config,
    shards: shards.map((shard) => ({ ...shard, ...maskAsked(shard), ...maskSources(shard) })),
    ...(discovery && {
      discovery: {
        ...discovery,
        ...maskSources(discovery),
        shard: { ...discovery.shard, ...maskAsked(discovery.shard) },
      },
    }),
  };
}

interface Asked {
  readonly httpClient?: HttpClientConfig;
}

function maskAsked({ httpClient }: Asked): Asked {
  return httpClient === undefined ? {} : { httpClient: maskClient(httpClient) };
}

interface Found {
  readonly sources?: readonly SourceConfig[];
}

function maskSources({ sources }: Found): Found {
  return sources === undefined ? {} : { sources: sources.map(maskSource) };
}

function maskSource(source: SourceConfig): SourceConfig {
  if (source.kind !== 'http') return source;
  return { ...source, url: source.url.replace(/\?.*$/s, `?${secret}`), ...maskAsked(source) };
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
