import { startGateway, type GatewayServer } from '../../test/servers/process/gateway-process.ts';
import { createRunDirectory, removeRunDirectory } from '../../test/servers/process/run-directory.ts';
import { gatewayConfig, type GatewayConfigOptions } from './gateway-config.ts';

/** Runs `body` with a fresh gateway in a process of its own, started as a user would; it is gone afterwards. */
export async function withGateway<T>(
  options: GatewayConfigOptions,
  body: (gateway: GatewayServer) => Promise<T>,
): Promise<T> {
  const runDirectory = await createRunDirectory();
  try {
    const gateway = await startGateway({ runDirectory, config: gatewayConfig(options), flags: ['--log.level=warn'] });
    try {
      return await body(gateway);
    } finally {
      await gateway.close();
    }
  } finally {
    await removeRunDirectory(runDirectory);
  }
}
