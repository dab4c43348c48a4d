import type { Config } from './config/config.ts';
import { negotiateEncoding } from './exposition/negotiate-encoding.ts';
import { negotiateFormat } from './exposition/negotiate.ts';
import { openAccess } from './gateway/access.ts';
import { createFleetControl, type FleetControl } from './gateway/fleet-control.ts';
import { createReload, type LoadConfig, type Reload } from './gateway/reload.ts';
import { createRuntime, type Runtime } from './gateway/runtime.ts';
import type { ListenAddress } from './model/listen-address.ts';
import { createServer, type GatewayServer } from './server/create-server.ts';
import type { ServerDeps, ServerOptions } from './server/server-deps.ts';
import type { Logger } from './telemetry/logger.ts';

export interface GatewayOptions {
  readonly config: Config;
  /** Reads the configuration anew, for a reload. */
  readonly loadConfig?: LoadConfig;
  readonly listen: ListenAddress;
  /** Whether clients may ask for a reload. */
  readonly enableLifecycle: boolean;
  /** TLS and users, in the format of Prometheus; undefined: plain HTTP for everyone. */
  readonly webConfigFile: string | undefined;
  /** Under which clients reach the gateway, without a slash at its end; undefined: not known. */
  readonly externalUrl: string | undefined;
  /** `/path` that everything is served under; empty: none. */
  readonly routePrefix: string;
  readonly requestLimits: RequestLimits;
  /** For `/api/v1/status/flags`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly logger: Logger;
  readonly version: string;
}

export interface Gateway {
  readonly url: string;
  /**
   * Loads the configuration anew. No request is refused or broken off by it.
   * @throws GatewayError why the old configuration stays: `PG_CONFIG_INVALID`
   */
  reload(): Promise<void>;
  /** Stops accepting, lets requests under way finish for at most `graceMs`, then stops the threads. */
  close(graceMs: number): Promise<void>;
}

type RequestLimits = Pick<
  ServerOptions,
  'maxRequestLineBytes' | 'maxHeaderBytes' | 'requestTimeoutMs' | 'maxConnections'
>;

/**
 * Puts the parts together and listens.
 * @throws GatewayError `PG_USAGE` when the address cannot be bound, `PG_CONFIG_INVALID` for a faulty web configuration
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, loadConfig, listen, enableLifecycle, webConfigFile, requestLimits, externalUrl, routePrefix } =
    options;
  const runtime = createRuntime(options);
  const access = await openAccess(runtime, webConfigFile);
  const reload: Reload = createReload(runtime, loadConfig, (next) => control.load(next));
  const control: FleetControl = await createFleetControl(runtime, { config, lastLoad: () => reload.lastLoad() });
  const server = createFrontEnd(runtime, control, {
    lifecycle: enableLifecycle ? { reload: () => reload.reload(), quit: endProcess } : undefined,
    auth: access.auth,
    serverOptions: { ...requestLimits, routePrefix, externalUrl: externalUrl ?? '' },
  });
  await runtime.pools.federate.ready();
  const url = await server.listen(listen);
  return {
    url,
    reload: () => reload.reload(),
    async close(graceMs) {
      control.stop();
      await server.close(graceMs);
      await Promise.all([runtime.close(), access.close()]);
    },
  };
}

/** As an operator would: what waits for signals knows how to end. */
function endProcess(): void {
  process.kill(process.pid, 'SIGTERM');
}

interface FrontEndOptions extends Pick<ServerDeps, 'lifecycle' | 'auth'> {
  readonly serverOptions: ServerOptions;
}

function createFrontEnd(
  { metrics, logger }: Runtime,
  control: FleetControl,
  { lifecycle, auth, serverOptions }: FrontEndOptions,
): GatewayServer {
  const deps: ServerDeps = {
    current: () => control.current.serving,
    lifecycle,
    negotiateFormat,
    negotiateEncoding,
    auth,
    metrics,
    logger,
    notReady: () => undefined,
  };
  return createServer(deps, serverOptions);
}
