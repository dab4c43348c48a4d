/** The keys of an HTTP client as the file spells them: in `global`, in each shard and in each entry of `http_sd_configs`. */
export interface RawHttpClient extends RawProxy {
  readonly basic_auth?: RawBasicAuth;
  readonly authorization?: RawAuthorization;
  readonly oauth2?: RawOAuth2;
  readonly tls_config?: RawTls;
  readonly http_headers?: Readonly<Record<string, RawHeader>>;
}

interface RawBasicAuth {
  readonly username?: string;
  readonly username_file?: string;
  readonly password?: string;
  readonly password_file?: string;
}

interface RawAuthorization {
  readonly type: string;
  readonly credentials?: string;
  readonly credentials_file?: string;
}

export interface RawOAuth2 extends RawProxy {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly client_secret_file?: string;
  readonly scopes: readonly string[];
  readonly token_url: string;
  readonly endpoint_params: Readonly<Record<string, string>>;
  readonly tls_config?: RawTls;
}

export interface RawTls {
  readonly ca?: string;
  readonly ca_file?: string;
  readonly cert?: string;
  readonly cert_file?: string;
  readonly key?: string;
  readonly key_file?: string;
  readonly server_name?: string;
  readonly insecure_skip_verify: boolean;
  readonly min_version?: RawTlsVersion;
  readonly max_version?: RawTlsVersion;
}

type RawTlsVersion = 'TLS10' | 'TLS11' | 'TLS12' | 'TLS13';

export interface RawHeader {
  readonly values: readonly string[];
  readonly secrets: readonly string[];
  readonly files: readonly string[];
}

export interface RawProxy {
  readonly proxy_url?: string;
  readonly no_proxy?: string;
  readonly proxy_from_environment?: boolean;
  readonly proxy_connect_header?: Readonly<Record<string, readonly string[]>>;
}
