import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type FederateOptions, fetchFederate } from './prometheus.ts';
import { createServerDirectory } from './run-directory.ts';
import { ServerProcess } from './server-process.ts';
import { startCommand } from './start-command.ts';

export interface GatewayOptions {
  readonly runDirectory: string;
  /** YAML text, or an object that is written as JSON. */
  readonly config: string | Readonly<Record<string, unknown>>;
  readonly flags?: readonly string[];
  /** Path that `flags` have it serve under. */
  readonly basePath?: string;
  /** Of Node.js, beside those of `npm start`. */
  readonly nodeFlags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly name?: string;
  /** Headers of the request that finds out whether it is ready. */
  readonly readyHeaders?: Readonly<Record<string, string>>;
}

export interface GatewayServer {
  readonly address: string;
  readonly url: string;
  readonly process: ServerProcess;
  readonly configFile: string;
  /** Body of `/federate`. */
  federate(selectors: readonly string[], options?: FederateOptions): Promise<string>;
  /** Body of `/metrics`. */
  metrics(): Promise<string>;
  /** The value of one series there, as it is written; `series` is the name with its labels, as they are written. */
  metric(series: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Starts the gateway as `npm start` does and waits until it is ready. */
export async function startGateway(options: GatewayOptions): Promise<GatewayServer> {
  const { runDirectory, config, flags = [], nodeFlags = [], name = 'gateway' } = options;
  const directory = await createServerDirectory(runDirectory, name);
  const configFile = join(directory, 'promgate.yml');
  await writeFile(configFile, typeof config === 'string' ? config : JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}${options.basePath ?? ''}`;
  const start = startCommand();
  const server = new ServerProcess({
    name,
    command: process.execPath,
    args: [...nodeFlags, ...start.args, `--config.file=${configFile}`, `--web.listen-address=${address}`, ...flags],
    directory,
    readyUrl: `${url}/-/ready`,
    isReady: (readyUrl) =>
      fetch(readyUrl, { headers: options.readyHeaders ?? {}, signal: AbortSignal.timeout(2000) })
        .then(async (response) => (await response.text()) !== '' && response.ok)
        .catch(() => false),
    // Vitest tells its own processes about itself this way; the gateway must not see it.
    env: { NODE_OPTIONS: '', NODE_ENV: '', ...start.env, ...options.env },
  });
  await server.start();
  const metrics = async (): Promise<string> => {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) });
    return response.text();
  };
  return {
    address,
    url,
    process: server,
    configFile,
    federate: (selectors, options) => fetchFederate(url, selectors, options),
    metrics,
    async metric(series) {
      const lines = (await metrics()).split('\n');
      return lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1);
    },
    close: () => server.close(),
  };
}
