import type { CertificateFault } from './client-certificate.ts';

/** What the metric of handshakes that came to nothing counts by. */
export type HandshakeErrorReason = CertificateFault | 'timeout' | 'version' | 'plain_http' | 'closed' | 'other';

/** Why a handshake failed, from the code of Node.js or OpenSSL. */
export function handshakeErrorReason({ code }: NodeJS.ErrnoException): HandshakeErrorReason {
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return 'timeout';
  if (code === 'ERR_SSL_HTTP_REQUEST') return 'plain_http';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'closed';
  const isVersion =
    /^ERR_SSL_(UNSUPPORTED_PROTOCOL|WRONG_VERSION_NUMBER|VERSION_TOO_LOW|TLSV1_ALERT_PROTOCOL_VERSION)$/;
  return isVersion.test(code ?? '') ? 'version' : 'other';
}
