/** What `--web.config.file` says, its files read: how clients are let in. */
export interface WebConfig {
  /** Undefined: plain HTTP. */
  readonly tls: TlsServerConfig | undefined;
  /** Added to every answer under the name as written; an empty value takes a default header away. */
  readonly headers: Readonly<Record<string, string>>;
  /** bcrypt hashes by user name; empty: everyone is let in. */
  readonly users: ReadonlyMap<string, string>;
}

/** Certificates and keys are PEM texts, whichever way the file gave them. */
export interface TlsServerConfig {
  readonly cert: string;
  readonly key: string;
  /** Undefined: the authorities that Node.js trusts. */
  readonly clientCa: string | undefined;
  readonly clientAuth: ClientAuthType;
  /** One of them must be a subject alternative name of the client's certificate; undefined: any will do. */
  readonly clientAllowedSans: readonly string[] | undefined;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** OpenSSL's names; undefined: those of Node.js. */
  readonly ciphers: string | undefined;
  /** OpenSSL's names in order of preference; undefined: those of Node.js. */
  readonly curves: string | undefined;
  readonly prefersServerCiphers: boolean;
  /** When the server's certificate runs out, Unix ms. */
  readonly certExpiresMs: number;
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/**
 * As in Go: whether a client is asked for a certificate, must have one, and whether it must come from `clientCa`.
 * @see https://pkg.go.dev/crypto/tls#ClientAuthType
 */
export type ClientAuthType =
  | 'NoClientCert'
  | 'RequestClientCert'
  | 'RequireAnyClientCert'
  | 'VerifyClientCertIfGiven'
  | 'RequireAndVerifyClientCert';

/** What a server without `--web.config.file` does. */
export const openWebConfig: WebConfig = { tls: undefined, headers: {}, users: new Map() };
