import { expect, it } from 'vitest';
import { toSvg } from '../../soak/graph.ts';
import type { LiveMemory } from '../../soak/live-memory.ts';
import type { Sample } from '../../soak/sample.ts';
import { judgeGrowth } from '../../soak/verdict.ts';

type Course = (second: number) => number;

function samples(length: number, memory: Course, fds: Course): Sample[] {
  return Array.from({ length }, (_, second) => ({
    atSeconds: second,
    residentMb: memory(second),
    fds: fds(second),
    sockets: 10,
    eventLoopP99Ms: 5,
  }));
}

const saw = (second: number): number => 600 + (second % 45);

function heaps(...heapsMb: number[]): LiveMemory {
  return new Map(heapsMb.map((heapMb, thread) => [thread, { thread, heapMb, buffersMb: 5 }]));
}
const same = [heaps(35, 20, 20), heaps(36, 19, 21)] as const;

it.each([
  ['what stays', () => 100, () => 50, 'flat'],
  ['what rises while it warms up', (s: number) => Math.min(600, 100 + 5 * s), () => 50, 'flat'],
  ['a saw', saw, (s: number) => 50 + (s % 5), 'flat'],
  ['a low tide in the middle', (s: number) => (s > 250 && s < 450 ? 580 : 650), () => 50, 'flat'],
  ['memory that rises by 18 MB a minute', (s: number) => saw(s) + 0.3 * s, () => 50, 'growing'],
  ['memory that rises at the end', (s: number) => 600 + Math.max(0, s - 500), () => 50, 'growing'],
  ['descriptors that rise', () => 100, (s: number) => 50 + s / 30, 'growing'],
])('judges %s over ten minutes', (_, memory, fds, verdict) => {
  expect(judgeGrowth(samples(600, memory, fds), same).verdict).toBe(verdict);
});

it.each([
  ['as before', heaps(35, 20, 20), 'flat'],
  ['larger in one thread', heaps(35, 34, 20), 'growing'],
  ['larger in each by a little', heaps(40, 25, 25), 'growing'],
  ['those of threads that came later', heaps(35, 20, 20, 30), 'flat'],
])('judges heaps that are %s', (_, after, verdict) => {
  const flat = samples(600, saw, () => 50);
  expect(judgeGrowth(flat, [heaps(35, 20, 20), after]).verdict).toBe(verdict);
});

it('judges nothing of the first two minutes, and no run that leaves little more than that', () => {
  const warming = (s: number): number => Math.min(600, 100 + 5 * s);
  const judge = (seconds: number) =>
    judgeGrowth(
      samples(seconds, warming, () => 50),
      same,
    );
  expect(judge(215)).toMatchObject({ verdict: 'too short' });
  expect(judge(241)).toMatchObject({ verdict: 'flat', fromSeconds: 120, toSeconds: 240 });
  expect(judge(601)).toMatchObject({ verdict: 'flat', fromSeconds: 120, toSeconds: 600 });
});

it('draws all samples of each panel', () => {
  const svg = toSvg(
    samples(
      100,
      (s) => s,
      () => 50,
    ),
  );
  const lines = [...svg.matchAll(/points="([^"]+)"/g)].map(([, points]) => points!.split(' '));
  expect(lines.map((points) => points.length)).toEqual([100, 100, 100]);
  expect(lines[0]![0]).toBe('60.0,184.0');
  expect(lines[0]!.at(-1)).toBe('790.0,25.6');
  expect(svg).not.toMatch(/NaN|undefined/);
});
