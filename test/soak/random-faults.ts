import { setTimeout as sleep } from 'node:timers/promises';
import { badAnswers } from '../faults/bad-answers.ts';
import { createRandom, type Random } from '../fuzz/engine/random.ts';
import type { ConnectionScript } from '../servers/fault/switch-proxy.ts';
import type { SoakFleet } from './soak-fleet.ts';

export interface RandomFaults {
  /** How often each was played. */
  stop(): Promise<ReadonlyMap<string, number>>;
}

const scriptNames = Object.keys(badAnswers) as (keyof typeof badAnswers)[];

type Play = readonly [name: string, begin: () => unknown, end: () => Promise<void>];

/** Plays one fault after the other to one replica after the other, so that each shard always has a sound one. */
export function startRandomFaults(fleet: SoakFleet, seed: number): RandomFaults {
  const random = createRandom(seed);
  const played = new Map<string, number>();
  const stopping = new AbortController();
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const [name, begin, end] = choose(fleet, random);
      played.set(name, (played.get(name) ?? 0) + 1);
      await begin();
      await pause(500 + random.below(2500));
      await end();
      await pause(1000 + random.below(2000));
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await loop;
      return played;
    },
  };
}

function choose({ fleet, proxies }: SoakFleet, random: Random): Play {
  const shard = random.below(proxies.length);
  const replica = random.below(proxies[shard]!.length);
  const proxy = proxies[shard]![replica]!;
  const { process } = fleet.shards[shard]!.replicas[replica]!;
  const heal = (): Promise<void> => proxy.heal();
  const frozen: Play = ['stop', () => process.stop(), async () => process.cont()];
  const refused: Play = ['refused', () => proxy.refuse(), heal];
  const name = random.pick(scriptNames);
  const script: ConnectionScript = badAnswers[name];
  const replaced: Play = [name, () => proxy.play(script), heal];
  return random.pick([frozen, refused, replaced, replaced, replaced, replaced]);
}
