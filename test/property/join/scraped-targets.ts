import fc from 'fast-check';
import { line, type } from '../../unit/federate/join/shard-fixture.ts';

export const startMs = 1_700_000_000_000;
export const scrapeMs = 1000;
export const targets: readonly number[] = [0, 1, 2, 3];

const phases = fc.tuple(...targets.map(() => fc.nat(scrapeMs - 1)));

/** Of two replicas: when in each second it scrapes each target. */
export const phasesMs: fc.Arbitrary<[number[], number[]]> = fc.tuple(phases, phases);

/** When a replica of these phases has scraped each target last. */
export function lastScrapes(ofReplicaMs: readonly number[], nowMs: number): number[] {
  return ofReplicaMs.map((phaseMs) => Math.floor((nowMs - phaseMs) / scrapeMs) * scrapeMs + phaseMs);
}

/** A family of one series for each target, with these timestamps. */
export function familyOf(timestampsMs: readonly number[], replica: 'a' | 'b'): string {
  const lines = timestampsMs.map((ms, i) => line('m', `a="${i}"`, `1 ${ms}`)(replica));
  return type('m', 'gauge')() + lines.join('');
}

/** The timestamps that were given out, by target. */
export function givenIn(text: string): Map<number, number> {
  return new Map([...text.matchAll(/a="(\d)".* 1 (\d+)$/gm)].map(([, target, ms]) => [Number(target), Number(ms)]));
}
