import type { LiveMemory } from './live-memory.ts';
import type { Sample } from './sample.ts';

export interface Growth {
  /** Over the judged part, in what the threads' heaps hold after a full collection, together. */
  readonly liveMb: number;
  /** By how much the highest resident memory of the judged part's second half exceeds that of its first half. */
  readonly peakMb: number;
  /** By the straight line that fits the judged part best, over that part. */
  readonly fds: number;
  readonly allowed: { readonly liveMb: number; readonly peakMb: number; readonly fds: number };
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly verdict: 'flat' | 'growing' | 'too short';
}

/**
 * Each thread lets up to 64 MiB of buffers outside its heap wait for V8's next full collection, and the allocator keeps what
 * they took: until every thread has been there, resident memory rises without a leak. Measured: for 90 to 110 s.
 */
const WARM_UP_SECONDS = 120;
/** A shorter part shows where in their saw teeth the threads happen to be, and nothing else. */
const LEAST_JUDGED_SECONDS = 100;
const allowed = {
  /** Code that is compiled or dropped meanwhile, and what is on its way: measured, up to 7 MB in one thread. */
  liveMb: 12,
  /** The saw tooth of one thread: the highest memory is where those of several fall together. */
  peakMb: 64,
  /** Connections come and go with the faults. */
  fds: 8,
};

const isLongEnough = (seconds: number): boolean => seconds >= WARM_UP_SECONDS + LEAST_JUDGED_SECONDS;

/** Where the judged part of a run begins: after the warm-up, or, in a run that is too short to be judged, in the middle. */
export function judgedFromSeconds(seconds: number): number {
  return isLongEnough(seconds) ? WARM_UP_SECONDS : seconds / 2;
}

/** Whether a gateway takes up no more at the end than when it had warmed up. `live`: from then and from the end. */
export function judgeGrowth(samples: readonly Sample[], live: readonly [LiveMemory, LiveMemory]): Growth {
  const toSeconds = samples.at(-1)?.atSeconds ?? 0;
  const fromSeconds = judgedFromSeconds(toSeconds);
  const judged = samples.filter(({ atSeconds }) => atSeconds >= fromSeconds);
  const growth = {
    liveMb: liveGrowth(live),
    peakMb: peakGrowth(judged),
    fds: rise(judged, (sample) => sample.fds),
  };
  const isFlat = growth.liveMb <= allowed.liveMb && growth.peakMb <= allowed.peakMb && growth.fds <= allowed.fds;
  const verdict = isFlat ? 'flat' : 'growing';
  return { ...growth, allowed, fromSeconds, toSeconds, verdict: isLongEnough(toSeconds) ? verdict : 'too short' };
}

/** Of the threads that were there both times. */
function liveGrowth([before, after]: readonly [LiveMemory, LiveMemory]): number {
  return [...after.values()].reduce(
    (sum, { thread, heapMb }) => sum + heapMb - (before.get(thread)?.heapMb ?? heapMb),
    0,
  );
}

function peakGrowth(samples: readonly Sample[]): number {
  const middle = Math.floor(samples.length / 2);
  const peak = (some: readonly Sample[]): number => Math.max(...some.map(({ residentMb }) => residentMb));
  return peak(samples.slice(middle)) - peak(samples.slice(0, middle));
}

/** Of the straight line that fits best, from the first sample to the last. */
function rise(samples: readonly Sample[], valueOf: (sample: Sample) => number): number {
  const times = samples.map(({ atSeconds }) => atSeconds);
  return slope(times, samples.map(valueOf)) * (times.at(-1)! - times[0]!);
}

/** Least squares. */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const [x0, y0] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, x, i) => sum + (x - x0) * (ys[i]! - y0), 0);
  return covariance / xs.reduce((sum, x) => sum + (x - x0) ** 2, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
