/** What to do about failures of TLS, by their codes in Node.js (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const advice: readonly (readonly [code: RegExp, advice: string])[] = [
  [
    /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|CERT_UNTRUSTED|CERT_SIGNATURE|CERT_CHAIN)/,
    'its certificate is not signed by an authority that is trusted: give the right one as tls_config.ca_file',
  ],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired: renew it on the server'],
  [/^CERT_NOT_YET_VALID$/, 'its certificate is not valid yet: compare the clocks'],
  [
    /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    'its certificate is for another name: give that name as tls_config.server_name',
  ],
  [
    /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|HANDSHAKE_FAILURE)$/,
    'it does not accept us: give a client certificate of its authority as tls_config.cert_file and key_file',
  ],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/, 'it does not speak TLS at this port: check scheme'],
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS|INTERNAL_ERROR/,
    'there is no version of TLS that both accept: check tls_config.min_version and max_version',
  ],
];

const anyTlsCode =
  /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH|HOSTNAME_MISMATCH$|EPROTO$)/;

/** Whether an error code means that a connection came about but not its TLS. */
export function isTlsFailure(code: string): boolean {
  return anyTlsCode.test(code);
}

/** What to do about it; "" where that cannot be said. */
export function tlsAdvice(code: string): string {
  return advice.find(([pattern]) => pattern.test(code))?.[1] ?? '';
}
