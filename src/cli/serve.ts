import type { ParseSelector } from '../config/checks/check-selectors.ts';
import { formatConfigMessage } from '../config/config-message.ts';
import type { Config } from '../config/config.ts';
import { loadConfig, readConfigText, type LoadedConfig } from '../config/load-config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { runDemo } from './demo/run-demo.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { ListenAddress } from '../model/listen-address.ts';
import type { RequestLimitFlags } from './request-limit-flags.ts';
import type { ServerFlags } from './server-flags.ts';
import type { Termination } from './termination.ts';

/** What a gateway is started with. */
export interface GatewayStart {
  readonly config: Config;
  /** Undefined in the demo. */
  readonly configFile: string | undefined;
  readonly listen: ListenAddress;
  readonly externalUrl: string | undefined;
  readonly webConfigFile: string | undefined;
  readonly requestLimits: RequestLimitFlags;
  readonly logger: Logger;
  readonly version: string;
}

interface RunningGateway {
  /** `http://host:port` it listens on. */
  readonly url: string;
  /** Lets requests under way finish for at most `graceMs`, then breaks them off. */
  close(graceMs: number): Promise<void>;
}

export interface ServeDeps {
  readonly startGateway: (start: GatewayStart) => Promise<RunningGateway>;
  readonly parseSelector: ParseSelector;
  readonly createLogger: (flags: ServerFlags) => Logger;
  readonly termination: Termination;
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
  const startWith = async (text: string, file: string): Promise<RunningGateway> => {
    const loaded = loadConfig(text, { file, parseSelector: deps.parseSelector });
    return startGateway(loaded, { flags, logger, deps });
  };
  if (flags.configFile !== undefined) {
    const gateway = await startWith(await readConfigText(flags.configFile), flags.configFile);
    return { close: () => gateway.close(deps.graceMs) };
  }
  return runDemo({
    write: deps.writeOut,
    async startGateway(configYaml) {
      const gateway = await startWith(configYaml, 'demo');
      return { url: gateway.url, close: () => gateway.close(deps.graceMs) };
    },
  });
}

interface StartContext {
  readonly flags: ServerFlags;
  readonly logger: Logger;
  readonly deps: ServeDeps;
}

async function startGateway(loaded: LoadedConfig, { flags, logger, deps }: StartContext): Promise<RunningGateway> {
  const { config, warnings } = loaded;
  for (const warning of warnings) logger.warn({}, formatConfigMessage(warning));
  const { configFile, listen, externalUrl, webConfigFile, requestLimits } = flags;
  const gateway = await deps.startGateway({
    config,
    configFile,
    listen,
    externalUrl,
    webConfigFile,
    requestLimits,
    logger,
    version: deps.version,
  });
  const fields = { url: externalUrl ?? gateway.url, version: deps.version, shards: config.shards.length };
  logger.info(fields, 'promgate is ready');
  return gateway;
}
