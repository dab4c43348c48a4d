import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { createServerDirectory } from './run-directory.ts';
import { ServerProcess } from './server-process.ts';

export interface VictoriaMetricsOptions {
  readonly name: string;
  readonly binary: string;
  readonly runDirectory: string;
  readonly scrapeConfigs: readonly unknown[];
  readonly scrapeInterval: string;
}

export interface VictoriaMetricsServer {
  readonly name: string;
  readonly address: string;
  readonly url: string;
  readonly process: ServerProcess;
  close(): Promise<void>;
}

/** Starts a single-node VictoriaMetrics that scrapes by itself. */
export async function startVictoriaMetrics(options: VictoriaMetricsOptions): Promise<VictoriaMetricsServer> {
  const { name, binary, runDirectory, scrapeConfigs, scrapeInterval } = options;
  const directory = await createServerDirectory(runDirectory, name);
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const scrapeFile = join(directory, 'scrape.json');
  const config = { global: { scrape_interval: scrapeInterval }, scrape_configs: scrapeConfigs };
  await writeFile(scrapeFile, JSON.stringify(config));
  const server = new ServerProcess({
    name,
    command: binary,
    directory,
    readyUrl: `${url}/health`,
    args: [
      `-httpListenAddr=${address}`,
      `-storageDataPath=${join(directory, 'data')}`,
      `-promscrape.config=${scrapeFile}`,
      // Fresh samples are searchable after a second instead of thirty.
      '-search.latencyOffset=0s',
      '-inmemoryDataFlushInterval=1s',
      '-memory.allowedBytes=200MB',
      '-loggerLevel=WARN',
    ],
  });
  await server.start();
  return { name, address, url, process: server, close: () => server.close() };
}
