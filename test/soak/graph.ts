import type { Sample } from './sample.ts';

const WIDTH = 800;
const PANEL = 160;
const LEFT = 60;
const TOP = 24;
const GAP = 36;

interface Panel {
  readonly title: string;
  readonly valueOf: (sample: Sample) => number;
}

const panels: readonly Panel[] = [
  { title: 'resident memory, MB', valueOf: ({ residentMb }) => residentMb },
  { title: 'open file descriptors', valueOf: ({ fds }) => fds },
  { title: 'event-loop delay, 99th percentile, ms', valueOf: ({ eventLoopP99Ms }) => eventLoopP99Ms },
];

/** Samples as an SVG picture: a panel each for memory, descriptors and event-loop delay, from zero upwards. */
export function toSvg(samples: readonly Sample[]): string {
  const height = panels.length * (PANEL + GAP) + TOP;
  const end = samples.at(-1)?.atSeconds ?? 1;
  const drawn = panels.map((panel, i) => drawPanel(panel, samples, { end, top: TOP + i * (PANEL + GAP) }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...drawn,
    `<text x="${WIDTH - 10}" y="${height - 8}" text-anchor="end">${Math.round(end)} s</text>`,
    '</svg>\n',
  ].join('\n');
}

function drawPanel({ title, valueOf }: Panel, samples: readonly Sample[], at: { end: number; top: number }): string {
  const values = samples.map(valueOf).map((value) => (Number.isFinite(value) ? value : 0));
  const limit = ceiling(Math.max(...values, 1));
  const x = (seconds: number): number => LEFT + (seconds / at.end) * (WIDTH - LEFT - 10);
  const y = (value: number): number => at.top + PANEL - (value / limit) * PANEL;
  const points = samples.map(({ atSeconds }, i) => `${x(atSeconds).toFixed(1)},${y(values[i]!).toFixed(1)}`);
  const line = (value: number): string =>
    `<line x1="${LEFT}" x2="${WIDTH - 10}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>` +
    `<text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${value}</text>`;
  return [
    `<text x="${LEFT}" y="${at.top - 8}">${title}</text>`,
    ...[0, limit / 2, limit].map(line),
    `<polyline fill="none" stroke="#e6522c" stroke-width="1.5" points="${points.join(' ')}"/>`,
  ].join('\n');
}

/** The next number of the form 1, 2 or 5 times a power of ten. */
function ceiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value)!;
}
