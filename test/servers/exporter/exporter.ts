import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExporterFamily, exporterBody } from './exporter-families.ts';

export interface ExporterTarget {
  readonly job: string;
  /** Unique; becomes the `instance` label and decides the shard. */
  readonly instance: string;
  readonly families: readonly ExporterFamily[];
  /** Further target labels. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Exporter {
  readonly address: string;
  /** Scrapes answered since the start. */
  readonly scrapes: number;
  /** Service discovery for Prometheus' `static_configs`: all targets live on one port, told apart by their path. */
  readonly staticConfigs: readonly unknown[];
  /** Replaces what a target serves; undefined makes it answer 503. */
  replace(instance: string, families: readonly ExporterFamily[] | undefined): void;
  close(): Promise<void>;
}

/** Serves the targets of a fleet over HTTP from the test process itself, so a test controls every sample. */
export async function startExporter(targets: readonly ExporterTarget[]): Promise<Exporter> {
  // A path that needs no escaping: Prometheus escapes what it is given, a percent sign too.
  const pathOf = (instance: string): string =>
    `/targets/${targets.findIndex((target) => target.instance === instance)}`;
  const served = new Map<string, readonly ExporterFamily[] | undefined>();
  for (const target of targets) served.set(pathOf(target.instance), target.families);
  let scrapes = 0;
  const server = createServer((request, response) => {
    const families = served.get(request.url ?? '');
    if (families === undefined) {
      response.writeHead(503).end();
      return;
    }
    scrapes++;
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(exporterBody(families, Date.now()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    get scrapes() {
      return scrapes;
    },
    staticConfigs: targets.map(({ job, instance, labels }) => ({
      targets: [address],
      labels: { ...labels, job, instance, __metrics_path__: pathOf(instance) },
    })),
    replace: (instance, families) => void served.set(pathOf(instance), families),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
