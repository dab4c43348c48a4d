import { totalmem } from 'node:os';
import type { Config, SourceConfig } from '../config/config.ts';
import { createStepQueue, type StepQueue } from '../federate/pipeline/step-queue.ts';
import { systemClock } from '../federate/share/clock.ts';
import { createFanOutAdmission, type FanOutAdmission } from '../federate/share/fan-out-admission.ts';
import { createServerKnowledge, type ServerKnowledge } from '../query/task/query-thread.ts';
import { createMemoryGuard } from '../server/memory-guard.ts';
import { createFederationLog, type FederationLog } from '../telemetry/federation-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics/metrics.ts';
import { upstreamErrorKind } from '../upstream/error-kind.ts';
import { createFetchDocument, documentTarget } from '../upstream/discovery/fetch-document.ts';
import { fileAccess } from '../upstream/discovery/file-access.ts';
import { createNameResolver } from '../upstream/discovery/name-resolver.ts';
import type { SourceAccess } from '../upstream/discovery/source-readers.ts';
import { createUpstreamPools, type UpstreamPools } from '../upstream/upstream-pools.ts';
import { createWorkerPools, type WorkerPools } from './worker-pools.ts';

/** What lives as long as the process, whichever configuration is in force. */
export interface Runtime {
  readonly version: string;
  /** As clients see them. */
  readonly flags: Readonly<Record<string, string>>;
  readonly startedMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly pools: WorkerPools;
  /** For what the main thread asks itself: small answers about labels and servers. */
  readonly upstream: UpstreamPools;
  /** How discovery reads its sources. */
  readonly sourceAccess: SourceAccess;
  /** Closes the connections to all sources but these. */
  keepSources(sources: readonly SourceConfig[]): void;
  /** Of all work on the memories of rules. */
  readonly ruleQueue: StepQueue;
  readonly admission: FanOutAdmission;
  readonly federationLog: FederationLog;
  /** What the main thread knows of servers. */
  readonly knowledge: ServerKnowledge;
  /** @throws GatewayError `PG_OVERLOADED` where nothing new may begin. */
  readonly guardMemory: () => void;
  /** Takes what of a configuration holds for the process. */
  configure(config: Config): void;
  /** Unix ms. */
  readonly now: () => number;
  close(): Promise<void>;
}

export interface RuntimeOptions {
  readonly config: Config;
  /** As clients see them. */
  readonly flags: Readonly<Record<string, string>>;
  readonly logger: Logger;
  readonly version: string;
}

/** Starts the threads. */
export function createRuntime({ config, flags, logger, version }: RuntimeOptions): Runtime {
  const now = (): number => Date.now();
  const metrics = createMetrics({ version, errorKind: upstreamErrorKind });
  const pools = createWorkerPools({ config, version, metrics, logger });
  const upstream = createUpstreamPools({ version, now });
  const admission = createFanOutAdmission({ ...config.federation.limits, clock: systemClock });
  let maxMemoryBytes = maxMemoryBytesOf(config);
  // Apart, because pools of replicas are closed when those go.
  const sources = createUpstreamPools({ version, now });
  return {
    version,
    flags,
    startedMs: now(),
    logger,
    metrics,
    pools,
    upstream,
    sourceAccess: {
      files: fileAccess,
      fetchDocument: createFetchDocument(sources, now),
      resolver: createNameResolver(),
    },
    keepSources(kept) {
      sources.keepOnly(kept.flatMap((source) => (source.kind === 'http' ? [documentTarget(source)] : [])));
    },
    ruleQueue: createStepQueue(),
    admission,
    federationLog: createFederationLog(logger),
    knowledge: createServerKnowledge(upstream, now),
    guardMemory: createMemoryGuard({
      maxBytes: () => maxMemoryBytes,
      residentBytes: () => process.memoryUsage.rss(),
      clock: () => performance.now(),
      onRefused: () => metrics.http.countMemoryRefusal(),
    }),
    configure(next) {
      maxMemoryBytes = maxMemoryBytesOf(next);
      pools.configure(next);
      admission.configure(next.federation.limits);
    },
    now,
    async close() {
      await Promise.all([pools.close(), upstream.close(), sources.close()]);
      metrics.close();
    },
  };
}

/** By default nine tenths of what the container, or else the machine, has. */
function maxMemoryBytesOf({ global }: Config): number {
  if (global.maxMemoryBytes > 0) return global.maxMemoryBytes;
  const constrained = process.constrainedMemory();
  return 0.9 * (constrained > 0 ? Math.min(constrained, totalmem()) : totalmem());
}
