import { setTimeout as sleep } from 'node:timers/promises';
import { movingCount, type ExporterFamily } from '../servers/exporter/exporter-families.ts';
import type { Fault } from './fault.ts';
import { DELAY_MARGIN_MS } from './row.ts';
import { DIRECT_SHARD, HEDGE_DELAY_MS, SKEWED_INSTANCE, type Stage } from './stage.ts';

const SKEW_MS = 4000;

/** What a change of leader costs a series whose samples are older than those of others. */
const heldBack: NonNullable<Fault['exception']> = {
  delayMs: HEDGE_DELAY_MS + DELAY_MARGIN_MS,
  gap: 2 + SKEW_MS / 1000,
  why: 'samples older than the newest one given before a change of leader are held back: nobody remembers what was given of each series',
};

function skewedFamilies(skewMs: number): readonly ExporterFamily[] {
  return [{ name: 'skewed_total', type: 'counter', skewMs, series: [{ labels: {}, valueAt: movingCount(3) }] }];
}

/** A target appears whose samples carry explicit timestamps beside the present; it is gone again afterwards. */
function skewed(name: string, skewMs: number): Fault {
  return {
    name,
    what: `exporter whose timestamps are ${Math.abs(skewMs) / 1000} s ${skewMs < 0 ? 'behind' : 'ahead'}`,
    kinds: [],
    async inject(stage) {
      serveSkewed(stage, skewMs);
      return { victim: undefined, heal: async () => stopSkewed(stage) };
    },
  };
}

/** The same, while a leader dies: what was given of the skewed target must not hold back the sibling. */
function skewedThenKilled(name: string, skewMs: number): Fault {
  const { what } = skewed(name, skewMs);
  return {
    name,
    what: `${what}, and kill -9 of its leader`,
    ...(skewMs < 0 && { exception: heldBack }),
    kinds: ['connect', 'reset'],
    leavesHoles: true,
    async inject(stage) {
      serveSkewed(stage, skewMs);
      await sleep(3000);
      const victim = await stage.find(DIRECT_SHARD, 'leader');
      const server = stage.serverOf(victim);
      await server.process.kill9();
      const heal = async (): Promise<void> => {
        stopSkewed(stage);
        await server.restart({ keepData: true });
      };
      return { victim, heal };
    },
  };
}

function serveSkewed(stage: Stage, skewMs: number): void {
  stage.fleet.exporter.replace(SKEWED_INSTANCE, skewedFamilies(skewMs));
}

function stopSkewed(stage: Stage): void {
  stage.fleet.exporter.replace(SKEWED_INSTANCE, undefined);
}

export const clockFaults: readonly Fault[] = [
  skewed('clock-ahead', SKEW_MS),
  skewed('clock-behind', -SKEW_MS),
  skewedThenKilled('clock-ahead-kill', SKEW_MS),
  skewedThenKilled('clock-behind-kill', -SKEW_MS),
];
