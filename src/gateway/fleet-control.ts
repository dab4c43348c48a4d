import type { Config } from '../config/config.ts';
import { createDiscoveryLog, type DiscoveryLog } from '../telemetry/discovery-log.ts';
import { createDiscovery, type Discovery } from '../topology/discovery/discovery.ts';
import { sourcesOf } from '../topology/discovery/sources-of.ts';
import type { ResolvedFleet } from '../topology/discovery/resolve-fleet.ts';
import { readerOf } from '../upstream/discovery/source-readers.ts';
import type { LastLoad } from '../query/endpoints/own-status.ts';
import { createSerial } from '../workers/serial.ts';
import { createControl, type Control } from './control.ts';
import type { Generation } from './generation.ts';
import type { Runtime } from './runtime.ts';

/** Keeps the generation in force what the configuration and discovery say. */
export interface FleetControl {
  /** The one that requests begin with. */
  readonly current: Generation;
  /** Puts another configuration in force. @throws GatewayError `PG_CONFIG_INVALID`: nothing has changed. */
  load(declared: Config): Promise<void>;
  stop(): void;
}

/** How long a start or a reload waits for sources that have never answered. */
const maxWaitMs = 10_000;
/** What is found at about the same time makes one change. */
const settleMs = 200;

/** Resolves when every source has answered once, or has had its time for that. */
export async function createFleetControl(
  runtime: Runtime,
  { config, lastLoad }: { readonly config: Config; readonly lastLoad: () => LastLoad },
): Promise<FleetControl> {
  const { logger } = runtime;
  const changes = createSerial();
  const log = createDiscoveryLog(logger);
  let declared = config;
  let isDue = false;
  let control: Control | undefined;

  const follow = async (): Promise<void> => {
    isDue = false;
    log.sources(discovery.watches(sourcesOf(declared)));
    const fleet = discovery.resolve(declared);
    log.problems(fleet.problems);
    if (control !== undefined && !isSame(fleet, control.current)) await control.switchTo(fleet, declared);
  };
  const onChange = (): void => {
    if (isDue) return;
    isDue = true;
    after(settleMs, () => {
      changes
        .run(follow)
        .catch((error: unknown) => logger.error({ err: error }, 'what was discovered is not in force'));
    });
  };
  const discovery = startDiscovery(runtime, onChange);

  await waitForSources(runtime, discovery, declared);
  const first = discovery.resolve(declared);
  reportFirst({ log, discovery }, first, declared);
  const created = await createControl(runtime, {
    fleet: first,
    declared,
    lastLoad,
    watches: (of) => discovery.watches(of),
  });
  control = created;
  return {
    get current() {
      return created.current;
    },
    load: (next) =>
      changes.run(async () => {
        try {
          await waitForSources(runtime, discovery, next);
          const fleet = discovery.resolve(next);
          await created.switchTo(fleet, next);
          declared = next;
          reportFirst({ log, discovery }, fleet, next);
        } finally {
          discovery.keepOnly(declared);
          runtime.keepSources(sourcesOf(declared));
        }
      }),
    stop: () => discovery.stop(),
  };
}

function startDiscovery({ sourceAccess, metrics, now }: Runtime, onChange: () => void): Discovery {
  return createDiscovery({
    readerOf: (source) => readerOf(source, sourceAccess),
    after,
    now,
    events: { onChange, onFailure: ({ kind }) => metrics.discovery.countFailure(kind) },
  });
}

async function waitForSources({ logger }: Runtime, discovery: Discovery, declared: Config): Promise<void> {
  for (const watch of await discovery.prepare(declared, maxWaitMs)) {
    const reason = watch.error() ?? watch.parts().find(({ targets }) => targets === undefined)?.error;
    const waited = `a discovery source has not answered within ${maxWaitMs / 1000} s; going on without it`;
    logger.warn({ mechanism: watch.config.kind, ...(reason !== undefined && { reason }) }, waited);
  }
}

function reportFirst(
  { log, discovery }: { readonly log: DiscoveryLog; readonly discovery: Discovery },
  { problems }: ResolvedFleet,
  declared: Config,
): void {
  log.sources(discovery.watches(sourcesOf(declared)));
  log.problems(problems);
}

function isSame({ config }: ResolvedFleet, { config: current }: Generation): boolean {
  return JSON.stringify(config.shards) === JSON.stringify(current.shards);
}

function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}
