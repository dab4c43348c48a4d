import type { X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsServerConfig } from '../../config/web/web-config.ts';

export type CertificateFault = 'no_certificate' | 'bad_certificate' | 'san_not_allowed';

/**
 * What keeps the client at the other end out; undefined lets it in. Node.js has one switch for what Go has five names for,
 * so it is told to ask and the rest is decided here, after the handshake and before the first byte of a request.
 * @see https://pkg.go.dev/crypto/tls#ClientAuthType
 */
export function certificateFault(socket: TLSSocket, config: TlsServerConfig): CertificateFault | undefined {
  const { clientAuth, clientAllowedSans } = config;
  if (clientAuth === 'NoClientCert' || clientAuth === 'RequestClientCert') return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return clientAuth === 'VerifyClientCertIfGiven' ? undefined : 'no_certificate';
  if (clientAuth !== 'RequireAnyClientCert' && !socket.authorized) return 'bad_certificate';
  if (clientAllowedSans === undefined) return undefined;
  const names = subjectAltNames(certificate);
  return clientAllowedSans.some((allowed) => names.includes(allowed)) ? undefined : 'san_not_allowed';
}

/**
 * DNS names, e-mail addresses, IP addresses (short form) and URIs. OpenSSL's text is parsed strictly: a value that holds
 * a separator comes quoted, and must not pass for two.
 */
export function subjectAltNames({ subjectAltName = '' }: Pick<X509Certificate, 'subjectAltName'>): string[] {
  const names: string[] = [];
  const entry = /([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/y;
  while (entry.lastIndex < subjectAltName.length) {
    const match = entry.exec(subjectAltName);
    if (match === null) return [];
    const [, kind, value = ''] = match;
    const name = value.startsWith('"') ? (JSON.parse(value) as string) : value;
    if (kind === 'IP Address') names.push(shortAddress(name));
    else if (kind === 'DNS' || kind === 'email' || kind === 'URI') names.push(name);
  }
  return names;
}

/** `2001:DB8:0:0:0:0:0:1` as Go writes it, `2001:db8::1`. */
function shortAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
