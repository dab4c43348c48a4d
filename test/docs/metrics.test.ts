import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Registry } from 'prom-client';
import { createMetrics } from '../../src/telemetry/metrics/metrics.ts';

interface Described {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const registry = new Registry();
const metrics = createMetrics({ version: '0', errorKind: (code) => code, registry });
afterAll(() => metrics.close());

/** The first table of the page. */
function documented(): Described[] {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  return [...page.matchAll(/^\| `(promgate_\w+)` \| (\w+) \|([^|]*)\| ([^|]+) \|$/gm)].map((row) => ({
    name: row[1]!,
    type: row[2]!,
    labels: [...row[3]!.matchAll(/`(\w+)`/g)].map((label) => label[1]!),
  }));
}

async function registered(): Promise<Described[]> {
  const own = registry.getMetricsAsArray().filter(({ name }) => name.startsWith('promgate_'));
  const types = new Map((await registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)]));
  return own.map((metric) => ({
    name: metric.name,
    type: types.get(metric.name)!,
    labels: (metric as unknown as { labelNames: string[] }).labelNames,
  }));
}

const byName = (a: Described, b: Described): number => (a.name < b.name ? -1 : 1);

it('docs/metrics.md lists every metric with its type and labels, and no other', async () => {
  const inCode = (await registered()).sort(byName);
  expect(inCode.length).toBeGreaterThan(30);
  expect(documented().sort(byName)).toEqual(inCode);
});

it('every name ends as its type and unit demand', async () => {
  for (const { name, type } of await registered()) {
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    if (type === 'histogram' || type === 'summary') expect(name).toMatch(/_seconds$/);
  }
});
