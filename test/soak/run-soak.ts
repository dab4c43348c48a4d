import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCounts, readUpstreamErrors } from '../faults/upstream-errors.ts';
import { type LoadResult, runLoad } from './load.ts';
import { startRandomFaults } from './random-faults.ts';
import { type Sample, startSampler } from './sample.ts';
import { type SoakFleet, startSoakFleet } from './soak-fleet.ts';
import type { LiveMemory } from './live-memory.ts';
import { type Growth, judgedFromSeconds, judgeGrowth } from './verdict.ts';

export interface SoakOptions {
  readonly binary: string;
  readonly runDirectory: string;
  readonly seconds: number;
  /** Of the faults. */
  readonly seed: number;
}

export interface SoakResult extends LoadResult {
  readonly samples: readonly Sample[];
  /** When the judged part began, and at its end. */
  readonly live: readonly [LiveMemory, LiveMemory];
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
    const loading = runLoad(fleet.gateway.url, seconds).then(async (load) => ({ load, samples: await sampler.stop() }));
    const [{ load, samples }, live] = await Promise.all([loading, readTwice(fleet, seconds)]);
    const played = await faults.stop();
    return {
      ...load,
      samples,
      live,
      growth: judgeGrowth(samples, live),
      faults: played,
      upstreamErrors: readUpstreamErrors(await fleet.gateway.metrics(), () => true),
      logs: fleet.gateway.process.logs,
    };
  } finally {
    await fleet.close();
  }
}

/** Time for the last reading, which is to be taken under load, too. */
const LAST_READING_SECONDS = 6;

async function readTwice(fleet: SoakFleet, seconds: number): Promise<readonly [LiveMemory, LiveMemory]> {
  const fromSeconds = judgedFromSeconds(seconds);
  await sleep(fromSeconds * 1000);
  const first = await fleet.liveMemory();
  await sleep((seconds - fromSeconds - LAST_READING_SECONDS) * 1000);
  return [first, await fleet.liveMemory()];
}
