import type { ParseSelector } from '../config/checks/check-selectors.ts';
import { formatConfigMessage } from '../config/config-message.ts';
import type { Config } from '../config/config.ts';
import { loadConfig, readConfigFile, type LoadedConfig } from '../config/load-config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { runDemo } from './demo/run-demo.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { ListenAddress } from '../model/listen-address.ts';
import type { RequestLimitFlags } from './request-limit-flags.ts';
import type { ServerFlags } from './server-flags.ts';
import type { Hangup } from './hangup.ts';
import type { Termination } from './termination.ts';

/** What a gateway is started with. */
export interface GatewayStart {
  readonly config: Config;
  /** Reads the configuration anew; undefined in the demo. */
  readonly loadConfig: (() => Promise<LoadedConfig>) | undefined;
  readonly enableLifecycle: boolean;
  readonly listen: ListenAddress;
  readonly externalUrl: string | undefined;
  readonly routePrefix: string;
  /** For `/api/v1/status/flags`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly webConfigFile: string | undefined;
  readonly requestLimits: RequestLimitFlags;
  readonly logger: Logger;
  readonly version: string;
}

interface RunningGateway {
  /** `http://host:port` it listens on, with the route prefix. */
  readonly url: string;
  /** Loads the configuration anew; rejects where the old one stays. */
  reload(): Promise<void>;
  /** Lets requests under way finish for at most `graceMs`, then breaks them off. */
  close(graceMs: number): Promise<void>;
}

export interface ServeDeps {
  readonly startGateway: (start: GatewayStart) => Promise<RunningGateway>;
  readonly parseSelector: ParseSelector;
  readonly createLogger: (flags: ServerFlags) => Logger;
  readonly termination: Termination;
  /** Called where there is a configuration to reload. */
  readonly watchHangup: () => Hangup;
  readonly version: string;
  readonly writeOut: (text: string) => void;
  readonly graceMs: number;
}

interface Stoppable {
  close(): Promise<void>;
}

/**
 * Runs the gateway until a signal ends it: the configured one, or the demo where no file is named. Failure where a second
 * signal did not let requests under way finish.
 * @throws GatewayError `PG_CONFIG_INVALID`; whatever kept the gateway from starting.
 */
export async function serve(flags: ServerFlags, deps: ServeDeps): Promise<ExitCode> {
  const logger = deps.createLogger(flags);
  const running = await start(flags, logger, deps);
  const { requested, insisted } = deps.termination;
  const signal = await requested;
  logger.info({ signal, grace_ms: deps.graceMs }, 'shutting down; a second signal ends it at once');
  const closed = running.close().then(() => undefined);
  const insistedSignal = await Promise.race([closed, insisted]);
  if (insistedSignal !== undefined) {
    logger.warn({ signal: insistedSignal }, 'ended at once, requests under way were broken off');
    return exitCodes.failure;
  }
  logger.info({}, 'ended');
  return exitCodes.success;
}

async function start(flags: ServerFlags, logger: Logger, deps: ServeDeps): Promise<Stoppable> {
  const { parseSelector } = deps;
  const { configFile } = flags;
  if (configFile !== undefined) {
    const hangup = deps.watchHangup();
    const reread = async (): Promise<LoadedConfig> => readConfigFile(configFile, { parseSelector });
    const gateway = await startGateway(await reread(), { flags, logger, deps, reread });
    // Why a reload failed is in the log.
    hangup.listen(() => void gateway.reload().catch(() => {}));
    return { close: () => gateway.close(deps.graceMs) };
  }
  return runDemo({
    write: deps.writeOut,
    async startGateway(configYaml) {
      const loaded = loadConfig(configYaml, { file: 'demo', parseSelector });
      const gateway = await startGateway(loaded, { flags, logger, deps, reread: undefined });
      return { url: gateway.url, close: () => gateway.close(deps.graceMs) };
    },
  });
}

interface StartContext {
  readonly flags: ServerFlags;
  readonly logger: Logger;
  readonly deps: ServeDeps;
  readonly reread: (() => Promise<LoadedConfig>) | undefined;
}

async function startGateway(
  loaded: LoadedConfig,
  { flags, logger, deps, reread }: StartContext,
): Promise<RunningGateway> {
  const { config, warnings } = loaded;
  for (const warning of warnings) logger.warn({}, formatConfigMessage(warning));
  const { listen, externalUrl, routePrefix, enableLifecycle, webConfigFile, requestLimits } = flags;
  const gateway = await deps.startGateway({
    config,
    loadConfig: reread,
    listen,
    externalUrl,
    routePrefix,
    enableLifecycle,
    webConfigFile,
    requestLimits,
    flags: flags.texts,
    logger,
    version: deps.version,
  });
  const fields = { url: externalUrl ?? gateway.url, version: deps.version, shards: config.shards.length };
  logger.info(fields, 'promgate is ready');
  return gateway;
}
