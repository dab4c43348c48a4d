import type { Config } from '../config/config.ts';
import { createStepQueue, type StepQueue } from '../federate/pipeline/step-queue.ts';
import { systemClock } from '../federate/share/clock.ts';
import { createFanOutAdmission, type FanOutAdmission } from '../federate/share/fan-out-admission.ts';
import { createFederationLog, type FederationLog } from '../telemetry/federation-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics/metrics.ts';
import { upstreamErrorKind } from '../upstream/error-kind.ts';
import { createFetchDocument } from '../upstream/discovery/fetch-document.ts';
import { fileAccess } from '../upstream/discovery/file-access.ts';
import { createNameResolver } from '../upstream/discovery/name-resolver.ts';
import type { SourceAccess } from '../upstream/discovery/source-readers.ts';
import { createUpstreamPools, type UpstreamPools } from '../upstream/upstream-pools.ts';
import { createWorkerPools, type WorkerPools } from './worker-pools.ts';

/** What lives as long as the process, whichever configuration is in force. */
export interface Runtime {
  readonly version: string;
  readonly startedMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly pools: WorkerPools;
  /** For what the main thread asks itself: small answers about labels and servers. */
  readonly upstream: UpstreamPools;
  /** How discovery reads its sources. */
  readonly sourceAccess: SourceAccess;
  /** Of all work on the memories of rules. */
  readonly ruleQueue: StepQueue;
  readonly admission: FanOutAdmission;
  readonly federationLog: FederationLog;
  /** Unix ms. */
  readonly now: () => number;
  close(): Promise<void>;
}

export interface RuntimeOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly version: string;
}

/** Starts the threads. */
export function createRuntime({ config, logger, version }: RuntimeOptions): Runtime {
  const now = (): number => Date.now();
  const metrics = createMetrics({ version, errorKind: upstreamErrorKind });
  const pools = createWorkerPools({ config, version, metrics, logger });
  const upstream = createUpstreamPools({ version, now });
  // Apart, because pools of replicas are closed when those go.
  const sources = createUpstreamPools({ version, now });
  return {
    version,
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
    ruleQueue: createStepQueue(),
    admission: createFanOutAdmission({ ...config.federation.limits, clock: systemClock }),
    federationLog: createFederationLog(logger),
    now,
    async close() {
      await Promise.all([pools.close(), upstream.close(), sources.close()]);
      metrics.close();
    },
  };
}
