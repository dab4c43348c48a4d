import { seededFraction } from './seeded-fraction.ts';

/** A quantity as a function of time (Unix ms): both replicas of a shard agree on it without talking to each other. */
export type Signal = (timeMs: number) => number;

/** Simulated processes started here; counters are zero at this moment and grow from then on. */
const ORIGIN_MS = Date.UTC(2020, 0, 1);

/**
 * Events since the start of the simulated process, growing by `perSecond` on average in waves of some minutes, never
 * falling. Not rounded: a counter shows its floor, a rate needs the exact value.
 */
export function growth(key: string, perSecond: number): Signal {
  const { omega, phase } = wave(key);
  // The integral of perSecond * (1 + 0.6 sin(omega s + phase)), which is always above zero.
  return (timeMs) => {
    const seconds = (timeMs - ORIGIN_MS) / 1000;
    return perSecond * (seconds - (0.6 / omega) * (Math.cos(omega * seconds + phase) - Math.cos(phase)));
  };
}

/** A level that swings around `middle` by at most `swing`. */
export function level(key: string, middle: number, swing: number): Signal {
  const { omega, phase } = wave(key);
  return (timeMs) => middle + swing * Math.sin((omega * (timeMs - ORIGIN_MS)) / 1000 + phase);
}

/** What `rate(counter[window])` tends to for a {@link growth}: its mean slope over the window, per second. */
export function slope(signal: Signal, windowMs: number): Signal {
  return (timeMs) => (signal(timeMs) - signal(timeMs - windowMs)) / (windowMs / 1000);
}

function wave(key: string): { readonly omega: number; readonly phase: number } {
  const periodSeconds = 90 + 240 * seededFraction(`${key} period`);
  return { omega: (2 * Math.PI) / periodSeconds, phase: 2 * Math.PI * seededFraction(`${key} phase`) };
}
