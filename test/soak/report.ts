import type { Result } from 'autocannon';
import { quantile } from '../../native-free-bench/lib/statistics.ts';
import type { Sample } from './sample.ts';
import type { SoakResult } from './run-soak.ts';

/** The figures of a soak in words, and whether they are what they should be. */
export function describeSoak(result: SoakResult): { readonly lines: readonly string[]; readonly isGood: boolean } {
  const { growth, federate, queries, samples } = result;
  const isServed = [federate, queries].every((load) => failuresOf(load) === 0 && load.requests.total > 0);
  const signed = (value: number, digits: number): string => `${value < 0 ? '' : '+'}${value.toFixed(digits)}`;
  const lines = [
    describeLoad('federate', federate),
    describeLoad('queries', queries),
    `faults played: ${describe(result.faults)}`,
    `reads of replicas that failed: ${describe(result.upstreamErrors)}`,
    describeRange('resident memory, MB', samples, ({ residentMb }) => residentMb),
    describeRange('file descriptors', samples, ({ fds }) => fds),
    describeRange('sockets', samples, ({ sockets }) => sockets),
    describeRange('event-loop delay p99, ms', samples, ({ eventLoopP99Ms }) => eventLoopP99Ms),
    `second half: memory ${signed(growth.memoryMb, 1)} MB (at most +${growth.allowedMemoryMb.toFixed(0)}), ` +
      `descriptors ${signed(growth.fds, 1)} (at most +${growth.allowedFds})`,
    `verdict: ${growth.isFlat ? 'flat' : 'NOT flat'}${isServed ? '' : ', clients saw errors'}`,
  ];
  return { lines, isGood: growth.isFlat && isServed };
}

function failuresOf({ errors, timeouts, non2xx }: Result): number {
  return errors + timeouts + non2xx;
}

function describeLoad(what: string, load: Result): string {
  const { errors, timeouts, non2xx, requests, latency } = load;
  return `${what}: ${requests.total} answers, p50 ${latency.p50} ms, p99 ${latency.p99} ms, max ${latency.max} ms; errors ${errors}, timeouts ${timeouts}, other than 2xx ${non2xx}`;
}

function describeRange(what: string, samples: readonly Sample[], valueOf: (sample: Sample) => number): string {
  const values = samples.map(valueOf);
  const [median, most] = [quantile(values, 0.5), Math.max(...values)];
  return `${what}: median ${median.toFixed(1)}, most ${most.toFixed(1)}, last ${(values.at(-1) ?? Number.NaN).toFixed(1)}`;
}

function describe(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
}
