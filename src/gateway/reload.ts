import type { LoadedConfig } from '../config/load-config.ts';
import { formatConfigMessage } from '../config/config-message.ts';
import { GatewayError, toGatewayError } from '../model/errors.ts';
import type { LastLoad } from '../query/endpoints/own-status.ts';
import type { Runtime } from './runtime.ts';
import { coalesce } from './coalesce.ts';

/** Reads the configuration anew; undefined where there is no file to read. */
export type LoadConfig = (() => Promise<LoadedConfig>) | undefined;

export interface Reload {
  /**
   * Loads the configuration and puts it in force. Calls during a reload share the one after it.
   * @throws GatewayError why the old configuration stays: `PG_CONFIG_INVALID`
   */
  reload(): Promise<void>;
  lastLoad(): LastLoad;
}

/** Keeps book of attempts to load the configuration; a first one has succeeded. */
export function createReload(
  { logger, metrics, now }: Pick<Runtime, 'logger' | 'metrics' | 'now'>,
  load: LoadConfig,
  apply: (config: LoadedConfig['config']) => Promise<void>,
): Reload {
  let last: LastLoad = { succeeded: true, successMs: now() };
  metrics.config.observeLoad(true, last.successMs);

  const attempt = async (): Promise<void> => {
    if (load === undefined) throw new GatewayError('PG_USAGE', 'there is no configuration file to load');
    const { config, warnings } = await load();
    for (const warning of warnings) logger.warn({}, formatConfigMessage(warning));
    await apply(config);
  };
  return {
    lastLoad: () => last,
    reload: coalesce(async () => {
      try {
        await attempt();
        last = { succeeded: true, successMs: now() };
        logger.info({}, 'the configuration was loaded');
      } catch (error) {
        last = { ...last, succeeded: false };
        const { code, message, details } = toGatewayError(error);
        logger.error({ err: error }, 'the configuration could not be loaded, the old one stays');
        throw new GatewayError(code, `not loaded, the old configuration stays: ${message}`, { details, cause: error });
      } finally {
        metrics.config.observeLoad(last.succeeded, last.successMs);
      }
    }),
  };
}
