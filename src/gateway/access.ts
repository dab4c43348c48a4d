import { availableParallelism } from 'node:os';
import { watchWebConfig } from '../config/web/watch-web-config.ts';
import type { Authentication } from '../server/auth/authenticate.ts';
import { createLogin } from '../server/auth/login.ts';
import { createPasswordChecks } from '../server/auth/password-checks.ts';
import type { Runtime } from './runtime.ts';

export interface Access {
  readonly auth: Authentication;
  close(): Promise<void>;
}

/**
 * Who is let in, as the web configuration says from moment to moment; without a file everyone.
 * @throws GatewayError `PG_CONFIG_INVALID` for a faulty file
 */
export async function openAccess(
  { metrics: { security }, logger }: Pick<Runtime, 'metrics' | 'logger'>,
  webConfigFile: string | undefined,
): Promise<Access> {
  const webConfig = await watchWebConfig(webConfigFile, {
    intervalMs: 1000,
    onLoaded(loaded) {
      security.webConfigLoaded(loaded.tls?.certExpiresMs);
      logger.info({ tls: loaded.tls !== undefined, users: loaded.users.size }, 'web configuration loaded');
    },
    onWarning: (message) => logger.warn({}, message),
    onRefused(error) {
      security.webConfigRefused();
      logger.error({ err: error }, 'the changed web configuration is not used; the one before it stays');
    },
  });
  // A check takes a core for a while: one is left to everything else.
  const threads = Math.min(4, Math.max(1, availableParallelism() - 1));
  const checks = createPasswordChecks({ threads, maxQueued: 100 });
  security.watchPasswordQueue(() => checks.waiting);
  return {
    auth: { webConfig: () => webConfig.current(), login: createLogin({ checks, now: () => performance.now() }) },
    async close() {
      webConfig.stop();
      await checks.close();
    },
  };
}
