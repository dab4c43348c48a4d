import { findServers, type ServerBinary } from '../../test/servers/binaries/find-servers.ts';
import type { ExporterFamily } from '../../test/servers/exporter/exporter-families.ts';
import type { ExporterTarget } from '../../test/servers/exporter/exporter.ts';
import { createRunDirectory, removeRunDirectory } from '../../test/servers/process/run-directory.ts';
import { eventually } from '../../test/servers/topology/eventually.ts';
import { startFleet, type Fleet } from '../../test/servers/topology/fleet.ts';
import { hash32 } from '../data/hash32.ts';
import { uniformFamilyName } from '../data/uniform-families.ts';
import { countSamples } from './count-samples.ts';
import { federateUrl } from './curl.ts';

export interface RealFleetSize {
  readonly targets: number;
  readonly familiesPerTarget: number;
  readonly seriesPerFamily: number;
}

const SEED = 5;
/** Long, so that scrapes seldom fall into a measurement, and far below the lookback of 5 minutes. */
const SCRAPE_INTERVAL = '30s';
const FIRST_SCRAPES_WITHIN_MS = 90_000;

/** A Prometheus 3.5, found or fetched as the tests do it, or why there is none. */
export async function findPrometheus(): Promise<ServerBinary> {
  const progress = (message: string): void => console.error(`[servers] ${message}`);
  return (await findServers({ progress, environment: process.env })).prometheus;
}

/** Runs `body` with one shard of two real Prometheus replicas that have each scraped every target at least once. */
export async function withRealFleet<T>(
  binary: string,
  size: RealFleetSize,
  body: (fleet: Fleet) => Promise<T>,
): Promise<T> {
  const runDirectory = await createRunDirectory();
  try {
    const fleet = await startFleet({
      binary,
      runDirectory,
      targets: exporterTargets(size),
      shards: 1,
      replicas: 2,
      scrapeInterval: SCRAPE_INTERVAL,
    });
    try {
      await untilScraped(fleet, size);
      return await body(fleet);
    } finally {
      await fleet.close();
    }
  } finally {
    await removeRunDirectory(runDirectory);
  }
}

/** Only what the exporter shows: a server's own `up` and `scrape_*` series differ in nothing that matters here. */
export const EXPORTED = '{__name__=~"http_requests_.+"}';

export function exportedSeries({ targets, familiesPerTarget, seriesPerFamily }: RealFleetSize): number {
  return targets * familiesPerTarget * seriesPerFamily;
}

/** Counts by Prometheus' own query engine until both replicas hold everything. */
async function untilScraped(fleet: Fleet, size: RealFleetSize): Promise<void> {
  const replicas = fleet.shards.flatMap((shard) => shard.replicas);
  await eventually(
    async () => {
      for (const replica of replicas) {
        const up = await replica.query('sum(up)');
        if (Number(up[0]?.values[0]?.[1]) !== size.targets)
          throw new Error(`${replica.name} has not scraped all targets`);
        const { samples } = await countSamples(federateUrl(replica.url, [EXPORTED]));
        if (samples !== exportedSeries(size)) throw new Error(`${replica.name} gives ${samples} series`);
      }
    },
    { withinMs: FIRST_SCRAPES_WITHIN_MS, everyMs: 1_000 },
  );
}

function exporterTargets(size: RealFleetSize): ExporterTarget[] {
  return Array.from({ length: size.targets }, (_, target) => ({
    job: 'api',
    instance: `app-${String(target).padStart(3, '0')}.example`,
    labels: { environment: 'production' },
    families: Array.from({ length: size.familiesPerTarget }, (_, family) => exporterFamily(size, target, family)),
  }));
}

function exporterFamily(size: RealFleetSize, target: number, family: number): ExporterFamily {
  const series = Array.from({ length: size.seriesPerFamily }, (_, index) => {
    const value = hash32(SEED + target, family, index) % 10_000_000;
    return { labels: { handler: `/api/v1/resource-${String(index).padStart(4, '0')}` }, valueAt: () => value };
  });
  return { name: uniformFamilyName(family), type: 'counter', series };
}
