import { constants } from 'node:crypto';
import type { ClientAuthType, TlsVersion } from './web-config.ts';

/** @see https://pkg.go.dev/crypto/tls#pkg-constants */
export const tlsVersions: Readonly<Record<string, TlsVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

/** `RequireClientCert` is an older name that Prometheus still takes. */
export const clientAuthTypes: Readonly<Record<string, ClientAuthType>> = {
  NoClientCert: 'NoClientCert',
  RequestClientCert: 'RequestClientCert',
  RequireAnyClientCert: 'RequireAnyClientCert',
  RequireClientCert: 'RequireAnyClientCert',
  VerifyClientCertIfGiven: 'VerifyClientCertIfGiven',
  RequireAndVerifyClientCert: 'RequireAndVerifyClientCert',
};

export const curves: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
};

/** TLS 1.3 has these and no others; they are not for choice, as in Go. */
const tls13Ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** The secure suites of Go, which are all that a web configuration may name, by OpenSSL's names. */
export const cipherSuites: Readonly<Record<string, string>> = {
  ...Object.fromEntries(tls13Ciphers.map((name) => [name, name])),
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};

/**
 * OpenSSL's cipher list. Without those of TLS 1.3 in it, Node.js would turn TLS 1.3 off; below TLS 1.2, OpenSSL has
 * nothing to offer at its usual security level.
 */
export function cipherList(names: readonly string[] | undefined, minVersion: TlsVersion): string | undefined {
  const isOld = minVersion === 'TLSv1' || minVersion === 'TLSv1.1';
  const level = isOld ? ':@SECLEVEL=0' : '';
  if (names === undefined || names.length === 0) return isOld ? `${constants.defaultCipherList}${level}` : undefined;
  const chosen = names.map((name) => cipherSuites[name]!);
  return `${[...new Set([...tls13Ciphers, ...chosen])].join(':')}${level}`;
}
