import type { Sample } from './sample.ts';

export interface Growth {
  /** By the straight line that fits the second half best, over that half. */
  readonly memoryMb: number;
  readonly fds: number;
  readonly allowedMemoryMb: number;
  readonly allowedFds: number;
  readonly isFlat: boolean;
}

/** Of the mean, and at least so many MB: what garbage that is not yet collected makes of a straight line. */
const MEMORY_SHARE = 0.1;
const LEAST_MEMORY_MB = 10;
/** Connections come and go with the faults. */
const FDS = 8;

/** Whether a gateway takes up no more at the end than in the middle. */
export function judgeGrowth(samples: readonly Sample[]): Growth {
  const half = samples.slice(Math.floor(samples.length / 2));
  const memory = half.map(({ residentMb }) => residentMb);
  const growth = (values: readonly number[]): number => {
    const times = half.map(({ atSeconds }) => atSeconds);
    return slope(times, values) * (times.at(-1)! - times[0]!);
  };
  const memoryMb = growth(memory);
  const fds = growth(half.map((sample) => sample.fds));
  const allowedMemoryMb = LEAST_MEMORY_MB + MEMORY_SHARE * mean(memory);
  return { memoryMb, fds, allowedMemoryMb, allowedFds: FDS, isFlat: memoryMb <= allowedMemoryMb && fds <= FDS };
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
