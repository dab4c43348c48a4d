import type { Config } from './config/config.ts';
import { negotiateEncoding } from './exposition/negotiate-encoding.ts';
import { negotiateFormat } from './exposition/negotiate.ts';
import { createFleetControl, type FleetControl } from './gateway/fleet-control.ts';
import { createReload, type LoadConfig, type Reload } from './gateway/reload.ts';
import { createRuntime, type Runtime } from './gateway/runtime.ts';
import type { ListenAddress } from './model/listen-address.ts';
import { createServer, type GatewayServer } from './server/create-server.ts';
import type { Logger } from './telemetry/logger.ts';

export interface GatewayOptions {
  readonly config: Config;
  /** Reads the configuration anew, for a reload. */
  readonly loadConfig?: LoadConfig;
  readonly listen: ListenAddress;
  /** Whether clients may ask for a reload. */
  readonly enableLifecycle: boolean;
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

/** Puts the parts together and listens. @throws GatewayError `PG_USAGE` when the address cannot be bound. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, loadConfig, listen, enableLifecycle } = options;
  const runtime = createRuntime(options);
  const reload: Reload = createReload(runtime, loadConfig, (next) => control.load(next));
  const control: FleetControl = await createFleetControl(runtime, { config, lastLoad: () => reload.lastLoad() });
  const server = createFrontEnd(runtime, control, enableLifecycle ? () => reload.reload() : undefined);
  await runtime.pools.federate.ready();
  const url = await server.listen(listen);
  return {
    url,
    reload: () => reload.reload(),
    async close(graceMs) {
      control.stop();
      await server.close(graceMs);
      await runtime.close();
    },
  };
}

function createFrontEnd(
  { metrics, logger }: Runtime,
  control: FleetControl,
  reload: (() => Promise<void>) | undefined,
): GatewayServer {
  return createServer({
    current: () => control.current.serving,
    reload,
    negotiate: (accept, acceptEncoding) => ({
      ...negotiateFormat(accept),
      encoding: negotiateEncoding(acceptEncoding),
    }),
    metrics,
    logger,
    notReady: () => undefined,
  });
}
