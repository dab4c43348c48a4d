import { describe, expect, it } from 'vitest';
import { createFederateBody } from '../../../../src/cli/demo/federate-body.ts';

const series = [
  { name: 'a', labels: ['instance', 'x:1', 'job', 'j'], valueAt: (timeMs: number) => timeMs },
  { name: 'a', labels: ['instance', 'y:1', 'slave', 'own'], valueAt: () => Number.NaN },
  { name: 'b:sum', labels: ['job', 'quo"te'], valueAt: () => 0.25 },
];
const body = createFederateBody({ series, externalLabels: { slave: '0', replica: 'a' }, scrapeIntervalMs: 1 });
const all = (): boolean => true;

describe('createFederateBody', () => {
  it('writes what Prometheus writes: TYPE untyped, external labels the series lacks, instance="", milliseconds', () => {
    expect(body(all, 1_700_000_000_123)).toBe(
      '# TYPE a untyped\n' +
        'a{instance="x:1",job="j",replica="a",slave="0"} 1.700000000123e+12 1700000000123\n' +
        'a{instance="y:1",slave="own",replica="a"} NaN 1700000000123\n' +
        '# TYPE b:sum untyped\n' +
        'b:sum{job="quo\\"te",instance="",replica="a",slave="0"} 0.25 1700000000123\n',
    );
  });

  it('leaves out what the filter refuses, TYPE line included', () => {
    expect(body((name) => name === 'b:sum', 5)).toBe(
      '# TYPE b:sum untyped\nb:sum{job="quo\\"te",instance="",replica="a",slave="0"} 0.25 5\n',
    );
    expect(body(() => false, 5)).toBe('');
  });

  it('gives the newest sample of the scrape grid, which differs between replicas', () => {
    const timestamps = ['a', 'b'].map((replica) => {
      const slow = createFederateBody({ series, externalLabels: { replica }, scrapeIntervalMs: 10_000 });
      const written = slow(all, 1_700_000_000_000).matchAll(/ (\S+) (\d+)$/gm);
      return [...written].map(([, , timestamp]) => Number(timestamp));
    });
    expect(timestamps[0]).not.toEqual(timestamps[1]);
    for (const timestamp of timestamps.flat()) {
      expect(timestamp).toBeGreaterThan(1_700_000_000_000 - 10_000);
      expect(timestamp).toBeLessThanOrEqual(1_700_000_000_000);
    }
  });
});
