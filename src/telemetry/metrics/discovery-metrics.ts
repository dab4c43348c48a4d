import { Counter, Gauge, type Registry } from 'prom-client';

type Mechanism = 'file' | 'http' | 'dns';

export interface DiscoveryMetrics {
  countFailure(mechanism: Mechanism): void;
  /** Targets of a shard that come from discovery. */
  setTargets(shard: string, targets: number): void;
}

export function createDiscoveryMetrics(registry: Registry): DiscoveryMetrics {
  const registers = [registry];
  const failures = new Counter({
    name: 'promgate_sd_refresh_failures_total',
    help: 'Attempts to read a discovery source that failed, wholly or in part; the last targets stay.',
    labelNames: ['mechanism'] as const,
    registers,
  });
  for (const mechanism of ['file', 'http', 'dns']) failures.inc({ mechanism }, 0);
  const targets = new Gauge({
    name: 'promgate_sd_discovered_targets',
    help: 'Replicas of a shard that discovery found.',
    labelNames: ['shard'] as const,
    registers,
  });
  return {
    countFailure: (mechanism) => failures.inc({ mechanism }),
    setTargets: (shard, count) => targets.set({ shard }, count),
  };
}
