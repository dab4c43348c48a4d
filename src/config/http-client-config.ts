/**
 * How replicas, and URLs that list them, are asked, by the names that Prometheus gives the same settings. Plain data. Paths of files are absolute; what
 * is in them is read when it is needed. At most one of `basicAuth`, `authorization` and `oauth2` is set.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#http_config
 */
export interface HttpClientConfig extends ProxyConfig {
  readonly basicAuth?: BasicAuthConfig;
  readonly authorization?: AuthorizationConfig;
  readonly oauth2?: OAuth2Config;
  readonly tlsConfig?: TlsConfig;
  /** By the name of the header, as it is written. */
  readonly httpHeaders?: Readonly<Record<string, HeaderConfig>>;
}

export interface BasicAuthConfig {
  readonly username?: string;
  readonly usernameFile?: string;
  readonly password?: string;
  readonly passwordFile?: string;
}

export interface AuthorizationConfig {
  readonly type: string;
  readonly credentials?: string;
  readonly credentialsFile?: string;
}

/** The client credentials grant of OAuth 2.0. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
export interface OAuth2Config extends ProxyConfig {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly clientSecretFile?: string;
  readonly scopes: readonly string[];
  /** Never holds credentials. */
  readonly tokenUrl: string;
  readonly endpointParams: Readonly<Record<string, string>>;
  /** Of the token endpoint, as the proxy settings beside it. */
  readonly tlsConfig?: TlsConfig;
}

export type TlsVersion = 'TLS10' | 'TLS11' | 'TLS12' | 'TLS13';

/** Certificates and keys in PEM. */
export interface TlsConfig {
  readonly ca?: string;
  readonly caFile?: string;
  readonly cert?: string;
  readonly certFile?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
}

export interface HeaderConfig {
  readonly values: readonly string[];
  readonly secrets: readonly string[];
  readonly files: readonly string[];
}

export interface ProxyConfig {
  /** May hold credentials for the proxy. */
  readonly proxyUrl?: string;
  /** Comma-separated, as the environment variable. */
  readonly noProxy?: string;
  readonly proxyFromEnvironment?: boolean;
  /** Sent with CONNECT alone. */
  readonly proxyConnectHeader?: Readonly<Record<string, readonly string[]>>;
}
