import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { compareInPairs } from '../../../native-free-bench/lib/compare-in-pairs.ts';
import { sampleMemory } from '../../../native-free-bench/lib/memory-sampler.ts';
import { nativeAddons } from '../../../native-free-bench/lib/native-addons.ts';
import { processTree, residentBytes } from '../../../native-free-bench/lib/process-memory.ts';
import { boundRow, formatRows, withoutGates } from '../../../native-free-bench/lib/row.ts';
import { median, quantile } from '../../../native-free-bench/lib/statistics.ts';

describe('statistics', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[], Number.NaN],
  ])('median of %j', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('takes the smallest value that covers the share', () => {
    const values = Array.from({ length: 200 }, (_, i) => 200 - i);
    expect(quantile(values, 0.99)).toBe(198);
    expect(quantile([5], 0.99)).toBe(5);
  });
});

it('compares in pairs, the order swapped in every second one', async () => {
  const order: string[] = [];
  const base = [10, 20, 40];
  const subject = [11, 30, 42];
  const run = (name: string, values: number[]) => (): Promise<number> => {
    order.push(name);
    return Promise.resolve(values.shift()!);
  };
  const { ratio } = await compareInPairs({
    pairs: 3,
    base: run('base', base),
    subject: run('subject', subject),
    measure: (ms) => ms,
  });
  expect(ratio).toBeCloseTo(1.1);
  expect(order).toEqual(['base', 'subject', 'subject', 'base', 'base', 'subject']);
});

describe('boundRow', () => {
  it.each([
    [{ value: 2.5, atLeast: 2 }, '≥ 2.00 x', true],
    [{ value: 1.5, atLeast: 2 }, '≥ 2.00 x', false],
    [{ value: 1.2, atMost: 1.2 }, '≤ 1.20 x', true],
    [{ value: 1.3, atMost: 1.2 }, '≤ 1.20 x', false],
    [{ value: Number.NaN, atMost: 1.2 }, '≤ 1.20 x', false],
    [{ value: 7 }, undefined, undefined],
  ])('judges %j', (bound, must, ok) => {
    const row = boundRow({ what: 'w', unit: 'x', ...bound });
    expect([row.must, row.ok]).toEqual([must, ok]);
    expect(withoutGates([row])[0]).not.toHaveProperty('ok');
  });

  it('prints a Markdown table', () => {
    const table = formatRows([
      boundRow({ what: 'time', value: 1, unit: 's', atMost: 2 }),
      { what: 'note', measured: 'm' },
    ]);
    expect(table.split('\n')).toEqual([
      '| what | must     | aim | measured | ok  |',
      '| ---- | -------- | --- | -------- | --- |',
      '| time | ≤ 2.00 s |     | 1.00 s   | yes |',
      '| note |          |     | m        |     |',
    ]);
  });
});

describe('process memory', () => {
  it('sums a process and what it started', async () => {
    const code = `
      const { spawn } = require('node:child_process');
      const held = Buffer.alloc(60e6, 1);
      const child = spawn(process.execPath, ['-e', 'const held = Buffer.alloc(60e6, 1); console.log(held.length); setInterval(() => held, 1e6)'], { stdio: ['ignore', 'inherit', 'inherit'] });
      process.on('SIGTERM', () => { child.kill(); process.exit(held.length > 0 ? 0 : 1); });
    `;
    const root = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(root.stdout, 'data');
      expect(processTree(root.pid!)).toHaveLength(2);
      expect(sampleMemory(root.pid!).stop().peakBytes).toBeGreaterThan(residentBytes(root.pid!) + 60e6);
    } finally {
      root.kill('SIGTERM');
      await once(root, 'exit');
    }
    expect(residentBytes(root.pid!)).toBe(0);
  });

  it('sees a native addon that is mapped', () => {
    // The test runner's bundler is native and lives in this process or in the one that started it; Node alone has none.
    const mapped = [process.pid, process.ppid].flatMap(nativeAddons);
    expect(mapped.filter((file) => file.endsWith('.node')).length).toBeGreaterThan(0);
  });
});
