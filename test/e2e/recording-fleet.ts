import { expect } from 'vitest';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import type { PrometheusServer } from '../servers/process/prometheus.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { type Fleet, startFleet } from '../servers/topology/fleet.ts';
import { fleetTargets, recordingRules } from './fleet-series.ts';

export interface RecordingFleetOptions {
  readonly binary: string;
  readonly runDirectory: string;
  /** Of two replicas each. */
  readonly shards: number;
  /** Whether there is a server that scrapes all targets and records `job:*` itself. */
  readonly hasReference?: boolean;
}

/** A fleet of {@link fleetTargets} whose shards record `slave:*`; each of its servers has recorded all of its rules. */
export async function startRecordingFleet(options: RecordingFleetOptions): Promise<Fleet> {
  const { hasReference = false, ...rest } = options;
  const fleet = await startFleet({
    ...rest,
    targets: fleetTargets,
    replicas: 2,
    shardRules: recordingRules('slave:'),
    ...(hasReference && { referenceRules: recordingRules('job:') }),
  });
  try {
    await eventually(() => assertRecords(fleet));
  } catch (error) {
    await fleet.close();
    throw error;
  }
  return fleet;
}

async function assertRecords({ shards, reference }: Fleet): Promise<void> {
  for (const replica of shards.flatMap(({ replicas }) => replicas)) await assertServerRecords(replica, 'slave:');
  if (reference !== undefined) await assertServerRecords(reference, 'job:');
}

/** The rate is among the last rules, and needs two scrapes. */
async function assertServerRecords(server: PrometheusServer, prefix: 'slave:' | 'job:'): Promise<void> {
  const body = await server.federate([`{__name__=~"${prefix}.*"}`]);
  const names = readExposition(body).samples.map(({ name }) => name);
  expect(names, server.name).toContain(`${prefix}up:sum`);
  expect(names, server.name).toContain(`${prefix}http_request_duration_seconds_bucket:rate10s`);
}
