import assert from 'node:assert/strict';
import autocannon, { type Result } from 'autocannon';
import { uniformFamilyName } from '../data/uniform-families.ts';
import { withGateway } from '../lib/bench-gateway.ts';
import type { BenchOptions } from '../lib/bench-options.ts';
import { federateUrl } from '../lib/curl.ts';
import { sampleMemory } from '../lib/memory-sampler.ts';
import { withReplayFleet } from '../lib/replay-fleet.ts';
import type { Row } from '../lib/row.ts';
import { progress, runBenches } from '../lib/run-bench.ts';

const FAMILIES = 64;
const SERIES_PER_FAMILY = 50;
const SHARDS = 2;
const REPLICAS = 2;
const CLIENTS = [1, 8, 32];
const MB = 1e6;

/**
 * Many clients on a small fleet: all with one selector, which the gateway may answer from one fan-out, and all with
 * selectors of their own, which it may not. No answer may be an error or a wrong one.
 */
export async function benchClients(options: BenchOptions): Promise<Row[]> {
  const size = { families: FAMILIES, seriesPerFamily: SERIES_PER_FAMILY };
  const fleet = { dataSet: 'uniform-families', size, shards: SHARDS, replicas: REPLICAS } as const;
  const served = { ...fleet, chunkBytes: options.chunkBytes, mode: 'memory', nowMs: Date.now() } as const;
  return withReplayFleet(served, ({ shards }) =>
    withGateway({ shards, compression: false, maxConcurrent: Math.max(...CLIENTS) }, async ({ url, process }) => {
      const memory = sampleMemory(process.pid);
      await assertFamilies(url);
      const rows: Row[] = [];
      for (const clients of options.short ? [4] : CLIENTS) {
        const load = { url, clients, seconds: options.short ? 1 : 5 };
        rows.push(await measureClients(`${clients} clients, one selector`, () => askSame(load)));
        rows.push(await measureClients(`${clients} clients, own selectors`, () => askDistinct(load)));
      }
      rows.push({ what: 'peak memory over all of them', measured: `${(memory.stop().peakBytes / MB).toFixed(0)} MB` });
      return rows;
    }),
  );
}

/** Each family alone, before anything is timed: right number of lines, nothing of another family. */
async function assertFamilies(url: string): Promise<void> {
  for (let family = 0; family < FAMILIES; family++) {
    const body = await (await fetch(federateUrl(url, [uniformFamilyName(family)]))).text();
    const lines = body.split('\n').filter((line) => line.startsWith('http_requests_'));
    const others = lines.filter((line) => !line.startsWith(`${uniformFamilyName(family)}{`));
    assert.deepEqual(others.slice(0, 5), [], 'lines of other families');
    assert.equal(lines.length, SERIES_PER_FAMILY * SHARDS);
  }
}

async function measureClients(what: string, ask: () => Promise<Result>): Promise<Row> {
  const result = await ask();
  const { errors, timeouts, mismatches, non2xx } = result;
  assert.deepEqual(
    { errors, timeouts, mismatches, non2xx },
    { errors: 0, timeouts: 0, mismatches: 0, non2xx: 0 },
    what,
  );
  const perSecond = result.requests.total / result.duration;
  const { p50, p99 } = result.latency;
  const megabytes = result.throughput.total / MB / result.duration;
  const measured = `${perSecond.toFixed(0)} answers/s, p50 ${p50} ms, p99 ${p99} ms, ${megabytes.toFixed(0)} MB/s`;
  progress(`${what}: ${measured}`);
  return { what, measured };
}

interface Load {
  readonly url: string;
  readonly clients: number;
  readonly seconds: number;
}

async function askSame({ url, clients, seconds }: Load): Promise<Result> {
  const target = federateUrl(url);
  const expected = await (await fetch(target)).text();
  // Shards' lines stand in the order of their arrival inside a family; which lines there are is what `exact-answers` checks.
  const verifyBody = (body: string): boolean => body.length === expected.length;
  return autocannon({ url: target, connections: clients, duration: seconds, timeout: 60, verifyBody });
}

/** Every request asks for another family than the ones under way beside it. */
function askDistinct({ url, clients, seconds }: Load): Promise<Result> {
  let next = 0;
  const own = { setupRequest: (request: object) => ({ ...request, path: ownPath(next++) }) };
  const verifyBody = (body: string): boolean =>
    body.split('\nhttp_requests_').length - 1 === SERIES_PER_FAMILY * SHARDS;
  return autocannon({ url, connections: clients, duration: seconds, timeout: 60, requests: [own], verifyBody });
}

function ownPath(request: number): string {
  return federateUrl('', [uniformFamilyName(request % FAMILIES)]);
}

if (import.meta.main) await runBenches([benchClients]);
