/** What a sound file holds, as {@link webConfigSchema} describes it. */
export interface RawWebConfig {
  readonly tls_server_config?: RawTlsServerConfig;
  readonly http_server_config?: {
    readonly http2?: boolean;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly basic_auth_users?: Readonly<Record<string, string>>;
}

export interface RawTlsServerConfig {
  readonly cert_file?: string;
  readonly key_file?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly client_ca_file?: string;
  readonly client_ca?: string;
  readonly client_auth_type?: string;
  readonly client_allowed_sans?: readonly string[];
  readonly min_version?: string;
  readonly max_version?: string;
  readonly cipher_suites?: readonly string[];
  readonly curve_preferences?: readonly string[];
  readonly prefer_server_cipher_suites?: boolean;
}
