import { createServer, type RequestListener, type Server } from 'node:http';
import { trackConnections, type ConnectionDrain } from './connection-drain.ts';
import { refuseBadHttp } from './refuse-bad-http.ts';
import type { ServerDeps, ServerOptions } from './server-deps.ts';
import { maxHeaderCount } from './strict-requests.ts';
import { serveTls } from './tls/serve-tls.ts';

export interface HttpServer {
  readonly server: Server;
  readonly drain: ConnectionDrain;
}

/** Timeouts are looked for so often; Node's own 30 s would let a slow sender have twice its time. */
const CHECK_TIMEOUTS_MS = 1000;

/** The server below Fastify: TLS if configured, limits, timeouts, and an answer for what is no HTTP. */
export function createHttpServer(
  handler: RequestListener,
  { auth, metrics }: Pick<ServerDeps, 'auth' | 'metrics'>,
  options: Required<ServerOptions>,
): HttpServer {
  const maxHeadBytes = options.maxRequestLineBytes + options.maxHeaderBytes;
  const { headersTimeoutMs, requestTimeoutMs } = options;
  const server = createServer(
    {
      maxHeaderSize: maxHeadBytes,
      headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: options.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(CHECK_TIMEOUTS_MS, headersTimeoutMs),
      // Looked at with everything else that is strange about a request.
      requireHostHeader: false,
    },
    handler,
  );
  if (auth.webConfig().tls !== undefined) {
    serveTls(server, {
      current: () => auth.webConfig().tls,
      handshakeTimeoutMs: options.handshakeTimeoutMs,
      onError: (reason) => metrics.security.countHandshakeError(reason),
    });
  }
  // Beyond its own count Node.js refuses without saying why, or leaves fields out, by its version.
  server.maxHeadersCount = 5 * maxHeaderCount;
  server.maxConnections = options.maxConnections;
  server.on('drop', () => metrics.security.countRefused('connections'));
  const drain = trackConnections(server);
  server.on('clientError', (error, socket) =>
    refuseBadHttp(error, socket as Parameters<typeof refuseBadHttp>[1], {
      maxHeadBytes,
      isAnswering: (of) => drain.isAnswering(of),
      onRefused: (reason) => metrics.security.countRefused(reason),
    }),
  );
  return { server, drain };
}
