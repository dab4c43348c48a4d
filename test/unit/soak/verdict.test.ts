import { expect, it } from 'vitest';
import { toSvg } from '../../soak/graph.ts';
import type { Sample } from '../../soak/sample.ts';
import { judgeGrowth } from '../../soak/verdict.ts';

function samples(memory: (second: number) => number, fds: (second: number) => number): Sample[] {
  return Array.from({ length: 100 }, (_, second) => ({
    atSeconds: second,
    residentMb: memory(second),
    fds: fds(second),
    sockets: 10,
    eventLoopP99Ms: 5,
  }));
}

it.each([
  ['what stays', () => 100, () => 50, true],
  ['what rises at first', (s: number) => Math.min(100, 2 * s), () => 50, true],
  ['a saw', (s: number) => 100 + (s % 10), (s: number) => 50 + (s % 5), true],
  ['memory that rises', (s: number) => 100 + s, () => 50, false],
  ['descriptors that rise', () => 100, (s: number) => 50 + s / 3, false],
])('judges %s', (_, memory, fds, isFlat) => {
  expect(judgeGrowth(samples(memory, fds)).isFlat).toBe(isFlat);
});

it('draws all samples of each panel', () => {
  const svg = toSvg(
    samples(
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
