import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { createServer, type Server as TlsServer } from 'node:tls';
import type { TlsServerConfig } from '../../config/web/web-config.ts';
import { certificateFault } from './client-certificate.ts';
import { createHandshakes, type Handshakes } from './raw-socket.ts';
import { handshakeErrorReason, type HandshakeErrorReason } from './handshake-error.ts';

export interface ServeTlsOptions {
  /** The settings for connections that begin now; undefined: none is let in. */
  readonly current: () => TlsServerConfig | undefined;
  readonly handshakeTimeoutMs: number;
  readonly onError: (reason: HandshakeErrorReason) => void;
}

/**
 * Puts TLS before the HTTP of a server. Connections begin with the settings of their moment and keep them: a certificate
 * that is replaced disturbs none under way. Sessions of older settings are not resumed, because every one of them has
 * ticket keys of its own. Call it before the server listens.
 */
export function serveTls(server: HttpServer, options: ServeTlsOptions): void {
  // Nothing has been added yet, so this is how Node.js makes a connection an HTTP one.
  const [serveHttp] = server.listeners('connection') as ((socket: Socket) => void)[];
  if (serveHttp === undefined) throw new Error('the server has no connection listener');
  server.removeAllListeners('connection');
  const serve = (secured: Socket): void => serveHttp.call(server, secured);
  const handshakes = createHandshakes();
  let settings: TlsServerConfig | undefined;
  let tls: TlsServer | undefined;
  server.on('connection', (socket) => {
    const current = options.current();
    if (current !== settings || tls === undefined) {
      settings = current;
      tls = current && createTlsServer(current, options, { handshakes, serve });
    }
    if (tls === undefined) {
      socket.destroy();
      return;
    }
    handshakes.begin(socket);
    tls.emit('connection', socket);
  });
}

/** A server that never listens: it is handed connections. */
function createTlsServer(
  config: TlsServerConfig,
  { handshakeTimeoutMs, onError }: ServeTlsOptions,
  { handshakes, serve }: { handshakes: Handshakes; serve: (socket: Socket) => void },
): TlsServer {
  const { cert, key, clientCa, ciphers, curves, minVersion, maxVersion } = config;
  const tls = createServer({
    cert,
    key,
    minVersion,
    maxVersion,
    ...(clientCa !== undefined && { ca: clientCa }),
    ...(ciphers !== undefined && { ciphers }),
    ...(curves !== undefined && { ecdhCurve: curves }),
    honorCipherOrder: config.prefersServerCiphers,
    requestCert: config.clientAuth !== 'NoClientCert',
    // Decided by `certificateFault`.
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: handshakeTimeoutMs,
    // HTTP ends its answers itself, as on a connection without TLS.
    allowHalfOpen: true,
  });
  tls.on('secureConnection', (socket) => {
    handshakes.end(socket);
    const fault = certificateFault(socket, config);
    if (fault === undefined) return serve(socket);
    onError(fault);
    socket.destroy();
  });
  tls.on('tlsClientError', (error, socket) => {
    handshakes.end(socket);
    onError(handshakeErrorReason(error));
    socket.destroy();
  });
  return tls;
}
