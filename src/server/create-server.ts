import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { GatewayError, toGatewayError } from '../model/errors.ts';
import { MAX_FORM_BYTES } from './api/api-form.ts';
import { registerDedupRoute } from './api/dedup-route.ts';
import { registerLabelRoutes } from './api/label-routes.ts';
import { registerLanguageRoutes } from './api/language-routes.ts';
import { multipartToQuery } from './api/multipart-form.ts';
import { registerLiveRoute } from './api/live-route.ts';
import { registerQueryRoutes } from './api/query-routes.ts';
import { MAX_READ_BYTES, registerReadRoute } from './api/read-route.ts';
import { registerStatusRoutes } from './api/status-routes.ts';
import { authenticateRequests } from './auth/authenticate.ts';
import type { ConnectionDrain } from './connection-drain.ts';
import { replyError } from './error-reply.ts';
import { registerFederateRoute } from './federate-route.ts';
import { registerHealthRoutes } from './health-routes.ts';
import { registerIndexRoute } from './index-route.ts';
import { registerLifecycleRoutes } from './lifecycle-route.ts';
import { trackRoutes } from './known-routes.ts';
import type { ListenAddress } from '../model/listen-address.ts';
import { serverUrl, type Scheme } from './listen-address.ts';
import { guardMethods } from './method-guard.ts';
import { registerMetricsRoute } from './metrics-route.ts';
import { createHttpServer } from './http-server.ts';
import { createRoutePrefix, type RoutePrefix } from './route-prefix.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { refuseWhileStopping } from './shutdown-gate.ts';
import { refuseStrangeRequests } from './strict-requests.ts';
import { guardTenants } from './tenancy/guard-tenants.ts';
import { measureRequests } from './request-metrics.ts';
import { watchStall } from './watch-stall.ts';
import { defaultServerOptions, type ServerDeps, type ServerOptions } from './server-deps.ts';

export interface GatewayServer {
  /** For requests without a socket, in tests. */
  readonly app: FastifyInstance;
  /** Resolves with the URL of the server, its route prefix included. @throws GatewayError `PG_USAGE` when the address cannot be bound. */
  listen(address: ListenAddress): Promise<string>;
  /**
   * Turns readiness off, accepts nothing more, lets requests under way finish for at most `graceMs`, then breaks them off. What
   * comes on an open connection meanwhile is refused.
   */
  close(graceMs: number): Promise<void>;
}

/** The HTTP surface of the gateway. */
export function createServer(deps: ServerDeps, serverOptions: ServerOptions = {}): GatewayServer {
  const options = { ...defaultServerOptions, ...serverOptions };
  const prefix = createRoutePrefix(options.routePrefix);
  const { app, drain } = createApp(deps, options, prefix);
  let isClosing = false;

  app.setErrorHandler(async (error, _request, reply) => {
    await replyError(reply, fromFastify(error));
  });
  const routes = trackRoutes(app);
  measureRequests(app, deps.metrics, routes);
  refuseStrangeRequests(app, options, deps.metrics.security);
  authenticateRequests(app, deps.auth, deps.metrics.security);
  refuseWhileStopping(app, routes, () => isClosing);
  guardMethods(app, routes);
  guardTenants(app, () => deps.current().tenancy, deps.metrics.tenants);
  app.addHook('onRequest', (request, reply, done) => {
    // `/federate` watches for itself: what it was reading for the client has to be let go.
    if (routes.handlerOf(request) !== '/federate') cutSlowClients(reply, deps);
    done();
  });
  registerFederateRoute(app, deps);
  for (const register of [registerQueryRoutes, registerLanguageRoutes, registerLabelRoutes, registerStatusRoutes]) {
    register(app, deps);
  }
  registerReadRoute(app, deps);
  registerDedupRoute(app, deps);
  registerLiveRoute(app);
  registerHealthRoutes(app, () => (isClosing ? 'shutting down' : deps.notReady()));
  registerLifecycleRoutes(app, deps.lifecycle);
  registerMetricsRoute(app, deps.metrics);
  registerIndexRoute(app, prefix, options);

  return {
    app,
    async listen(address) {
      const scheme = deps.auth.webConfig().tls === undefined ? 'http' : 'https';
      return (await listen(app, address, scheme)) + options.routePrefix;
    },
    async close(graceMs) {
      isClosing = true;
      drain.start();
      const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
      await app.close();
      clearTimeout(timer);
    },
  };
}

interface App {
  readonly app: FastifyInstance;
  readonly drain: ConnectionDrain;
}

function createApp(deps: ServerDeps, options: Required<ServerOptions>, prefix: RoutePrefix): App {
  let drain: ConnectionDrain | undefined;
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    serverFactory(handler) {
      const http = createHttpServer(handler, deps, options);
      drain = http.drain;
      return http.server;
    },
    rewriteUrl: (request) => prefix.targetOf(request),
    // Query strings are parsed where they are needed, with Go's rules; how long a path may be is decided elsewhere.
    routerOptions: { querystringParser: () => ({}), maxParamLength: options.maxRequestLineBytes },
    clientErrorHandler: () => {},
    frameworkErrors(error, _request, reply) {
      setSecurityHeaders(reply.raw);
      void replyError(reply, fromFastify(error));
    },
  });
  const setSecurityHeaders = addSecurityHeaders(app, () => deps.auth.webConfig().headers);
  addBodyParsers(app);
  return { app, drain: drain! };
}

function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const formOptions = { parseAs: 'string', bodyLimit: MAX_FORM_BYTES } as const;
  app.addContentTypeParser('application/x-www-form-urlencoded', formOptions, (_request, body, done) =>
    done(null, body),
  );
  const multipartOptions = { parseAs: 'buffer', bodyLimit: MAX_FORM_BYTES } as const;
  app.addContentTypeParser('multipart/form-data', multipartOptions, (request: FastifyRequest, body: Buffer) =>
    multipartToQuery(body, request.headers['content-type'] ?? ''),
  );
  const messageOptions = { parseAs: 'buffer', bodyLimit: MAX_READ_BYTES } as const;
  app.addContentTypeParser('application/x-protobuf', messageOptions, (_request, body, done) => done(null, body));
  // Any other body is ignored, as Go's server does.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
}

function cutSlowClients(reply: FastifyReply, { current, metrics }: Pick<ServerDeps, 'current' | 'metrics'>): void {
  const { clientStallTimeoutMs } = current().defaults;
  watchStall(reply.raw, { clientStallTimeoutMs, onStall: () => metrics.http.countClientCut() });
}

/** Fastify's own refusals (a path that cannot be decoded, a body that is too large) are the client's fault. */
function fromFastify(error: unknown): GatewayError {
  const status = (error as { statusCode?: unknown }).statusCode;
  const isClientFault = typeof status === 'number' && status >= 400 && status < 500;
  if (error instanceof GatewayError || !isClientFault) return toGatewayError(error);
  return new GatewayError('PG_BAD_REQUEST', (error as Error).message.toLowerCase(), { cause: error });
}

async function listen(app: FastifyInstance, { host, port }: ListenAddress, scheme: Scheme): Promise<string> {
  try {
    await app.listen({ host: host === '' ? '::' : host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A host without IPv6 cannot bind the address that stands for every interface of both families.
    if (host === '' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL'))
      return listen(app, { host: '0.0.0.0', port }, scheme);
    throw new GatewayError('PG_USAGE', `cannot listen on ${host}:${port}: ${code ?? String(error)}`, { cause: error });
  }
  const bound = app.server.address();
  return serverUrl(scheme, { host, port: typeof bound === 'object' && bound !== null ? bound.port : port });
}
