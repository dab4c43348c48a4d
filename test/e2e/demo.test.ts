import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type ExpositionSample, readExposition } from '../servers/exposition/read-exposition.ts';
import { bySeries } from '../servers/exposition/replica-union.ts';
import { noDifference, seriesDifference } from '../servers/exposition/series-difference.ts';
import { freePort } from '../servers/process/free-port.ts';
import { fetchFederate } from '../servers/process/prometheus.ts';
import { createServerDirectory } from '../servers/process/run-directory.ts';
import { ServerProcess } from '../servers/process/server-process.ts';
import { eventually } from '../servers/topology/eventually.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

let demo: ServerProcess;
let url: string;
let controlUrl: string;

beforeAll(async () => {
  const address = `127.0.0.1:${await freePort()}`;
  url = `http://${address}`;
  demo = new ServerProcess({
    name: 'demo',
    command: process.execPath,
    args: [MAIN, `--web.listen-address=${address}`],
    directory: await createServerDirectory(inject('runDirectory'), 'demo'),
    readyUrl: `${url}/-/ready`,
    env: { NODE_OPTIONS: '', NODE_ENV: '' },
  });
  await demo.start();
  controlUrl = await eventually(async () => {
    const found = /fleet control\s+(http:\S+)/.exec(demo.logs)?.[1];
    expect(found).toBeDefined();
    return found!;
  });
});
afterAll(() => demo?.close());

async function read(...selectors: string[]): Promise<Map<string, ExpositionSample>> {
  return bySeries(readExposition(await fetchFederate(url, selectors)).samples);
}

async function order(path: string): Promise<void> {
  const response = await fetch(`${controlUrl}${path}`, { method: 'POST' });
  expect(response.status).toBe(200);
}

function withName(samples: ReadonlyMap<string, ExpositionSample>, pattern: RegExp): ExpositionSample[] {
  return [...samples.values()].filter(({ name }) => pattern.test(name));
}

const shardsUp = (samples: ReadonlyMap<string, ExpositionSample>): string[] =>
  withName(samples, /^promgate_federate_shard_up$/).map(({ value }) => value);

it('says that the fleet is simulated, and prints commands for the port it listens on', () => {
  expect(demo.logs).toContain('SIMULATED');
  expect(demo.logs).toContain(`curl -sG ${url}/federate --data-urlencode 'match[]={__name__=~"job:.*"}'`);
});

it('shows job-level series over all shards', async () => {
  const samples = await read('{__name__=~"job:.*"}');
  const sums = withName(samples, /^job:up:sum$/).map(({ labels, value }) => [labels['job'], value]);
  expect(sums).toEqual([
    ['api', '12'],
    ['db', '6'],
    ['node', '9'],
  ]);
  expect(withName(samples, /^job:http_requests:rate5m$/).length).toBe(3);
  const [p95] = withName(samples, /^job:http_request_duration_seconds:p95$/);
  expect(Number(p95?.value)).toBeGreaterThan(0.25);
  expect(Number(p95?.value)).toBeLessThan(0.5);
  expect(withName(samples, /^job:api_latency:p95$/)).toEqual([]);
  expect(shardsUp(samples)).toEqual(['1', '1', '1']);
});

it('shows no change in job-level series when a replica dies', async () => {
  const before = await read('{__name__=~"job:.*"}');
  const passedBefore = await read('{__name__!~"job:.*"}');
  await order('/kill/slave-0a');
  const after = await read('{__name__=~"job:.*"}');
  expect(seriesDifference(after.keys(), before.keys())).toEqual(noDifference);
  expect(withName(after, /^job:up:sum$/).map(({ value }) => value)).toEqual(['12', '6', '9']);
  expect(shardsUp(after)).toEqual(['1', '1', '1']);
  // A sample of the other replica that is older than one already given has to wait for its next scrape.
  await eventually(
    async () => {
      const passed = await read('{__name__!~"job:.*"}');
      expect(shardsUp(passed)).toEqual(['1', '1', '1']);
      expect(seriesDifference(passed.keys(), passedBefore.keys())).toEqual(noDifference);
      expect(passed.size).toBeGreaterThan(200);
      for (const [key, { name, value, timestamp }] of passed) {
        if (timestamp === undefined) continue;
        const earlier = passedBefore.get(key)!;
        expect(Number(timestamp), key).toBeGreaterThanOrEqual(Number(earlier.timestamp));
        if (name.endsWith('_total')) expect(Number(value), key).toBeGreaterThanOrEqual(Number(earlier.value));
      }
    },
    { withinMs: 12_000 },
  );
});

it('reports a dead shard, withholds the sums that miss it after lookback_delta, and recovers', async () => {
  await order('/kill/slave-0');
  const atOnce = await read('{__name__=~"job:.*"}');
  expect(shardsUp(atOnce)).toEqual(['0', '1', '1']);
  expect(withName(atOnce, /^job:up:sum$/).map(({ value }) => value)).toEqual(['12', '6', '9']);
  await eventually(
    async () => {
      const later = await read('{__name__=~"job:.*"}');
      expect(withName(later, /^job:/)).toEqual([]);
      expect(shardsUp(later)).toEqual(['0', '1', '1']);
    },
    { withinMs: 40_000 },
  );
  const passed = await read('slave:up:sum');
  expect(withName(passed, /^slave:/).length).toBe(6);
  await order('/revive/slave-0');
  await eventually(async () => {
    const revived = await read('{__name__=~"job:.*"}');
    expect(withName(revived, /^job:up:sum$/).map(({ value }) => value)).toEqual(['12', '6', '9']);
    expect(shardsUp(revived)).toEqual(['1', '1', '1']);
  });
});
