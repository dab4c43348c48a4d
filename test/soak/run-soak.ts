import { type ErrorCounts, readUpstreamErrors } from '../faults/upstream-errors.ts';
import { type LoadResult, runLoad } from './load.ts';
import { startRandomFaults } from './random-faults.ts';
import { type Sample, startSampler } from './sample.ts';
import { startSoakFleet } from './soak-fleet.ts';
import { type Growth, judgeGrowth } from './verdict.ts';

export interface SoakOptions {
  readonly binary: string;
  readonly runDirectory: string;
  readonly seconds: number;
  /** Of the faults. */
  readonly seed: number;
}

export interface SoakResult extends LoadResult {
  readonly samples: readonly Sample[];
  readonly growth: Growth;
  /** How often each fault was played. */
  readonly faults: ReadonlyMap<string, number>;
  /** Reads of replicas that failed, by kind. */
  readonly upstreamErrors: ErrorCounts;
  readonly logs: string;
}

/** Full load on a real fleet whose replicas fail one at a time, and what the gateway takes up meanwhile. */
export async function runSoak({ binary, runDirectory, seconds, seed }: SoakOptions): Promise<SoakResult> {
  const fleet = await startSoakFleet(binary, runDirectory);
  try {
    const sampler = startSampler(fleet.gateway);
    const faults = startRandomFaults(fleet, seed);
    const load = await runLoad(fleet.gateway.url, seconds);
    const played = await faults.stop();
    const samples = await sampler.stop();
    return {
      ...load,
      samples,
      growth: judgeGrowth(samples),
      faults: played,
      upstreamErrors: readUpstreamErrors(await fleet.gateway.metrics(), () => true),
      logs: fleet.gateway.process.logs,
    };
  } finally {
    await fleet.close();
  }
}
