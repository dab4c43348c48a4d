import type { Result } from 'autocannon';
import { quantile } from '../../native-free-bench/lib/statistics.ts';
import type { Sample } from './sample.ts';
import type { SoakResult } from './run-soak.ts';
import type { Growth } from './verdict.ts';

/** The figures of a soak in words, and whether they are what they should be. */
export function describeSoak(result: SoakResult): { readonly lines: readonly string[]; readonly isGood: boolean } {
  const { growth, federate, queries, samples } = result;
  const isServed = [federate, queries].every((load) => failuresOf(load) === 0 && load.requests.total > 0);
  const lines = [
    describeLoad('federate', federate),
    describeLoad('queries', queries),
    ...result.refusals.map((refusal) => `  ${refusal}`),
    `faults played: ${describe(result.faults)}`,
    `reads of replicas that failed: ${describe(result.upstreamErrors)}`,
    describeRange('resident memory, MB', samples, ({ residentMb }) => residentMb),
    describeRange('file descriptors', samples, ({ fds }) => fds),
    describeRange('sockets', samples, ({ sockets }) => sockets),
    describeRange('event-loop delay p99, ms', samples, ({ eventLoopP99Ms }) => eventLoopP99Ms),
    describeLive(result.live),
    describeGrowth(growth),
    `verdict: ${verdicts[growth.verdict]}${isServed ? '' : ', clients saw errors'}`,
  ];
  return { lines, isGood: growth.verdict !== 'growing' && isServed };
}

const verdicts: Readonly<Record<Growth['verdict'], string>> = {
  flat: 'flat',
  growing: 'NOT flat',
  'too short': 'too short to tell whether it is flat: that takes 4 minutes of load',
};

function describeLive([before, after]: SoakResult['live']): string {
  const threads = [...after.values()].sort((a, b) => a.thread - b.thread);
  const megabytes = (value: number | undefined): string => value?.toFixed(1) ?? '-';
  const told = threads.map(({ thread, heapMb, buffersMb }) => {
    const earlier = before.get(thread);
    const heap = `${megabytes(earlier?.heapMb)} → ${megabytes(heapMb)}`;
    return `${thread === 0 ? 'main' : `thread ${thread}`} ${heap} (buffers ${megabytes(earlier?.buffersMb)} → ${megabytes(buffersMb)})`;
  });
  return `heaps after a full collection, MB: ${told.join(', ')}`;
}

function describeGrowth({ fromSeconds, toSeconds, liveMb, peakMb, fds, allowed }: Growth): string {
  return (
    `from ${fromSeconds.toFixed(0)} s to ${toSeconds.toFixed(0)} s: heaps ${signed(liveMb)} MB (at most +${allowed.liveMb}), ` +
    `peak of resident memory ${signed(peakMb)} MB from half to half (at most +${allowed.peakMb}), ` +
    `descriptors ${signed(fds)} (at most +${allowed.fds})`
  );
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
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
