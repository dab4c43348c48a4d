import type { ServerResponse } from 'node:http';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { encodeReadRequest } from '../../src/remote/read-request.ts';
import { createMatcher } from '../../src/model/matcher.ts';
import { describeReal } from '../servers/describe-real.ts';
import { type Damage, type DamagingProxy, startDamagingProxy } from '../servers/fault/damaging-proxy.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { type Fleet, startFleet } from '../servers/topology/fleet.ts';

const SERIES = 3000;
const HEDGE_MS = 600;
const LONG_HEDGE_MS = 2000;
/** For a busy machine; far below the time after which a query would give up. */
const MARGIN_MS = 8000;
const QUERY_TIMEOUT_MS = 20_000;

const encoded =
  (encoding: string, compress: (body: Buffer) => Buffer, damage: (bytes: Buffer) => Buffer): Damage =>
  ({ status, headers, body }, response) => {
    response.writeHead(status, { ...headers, 'content-encoding': encoding });
    response.end(damage(compress(body)));
  };
const gzip = (body: Buffer): Buffer => gzipSync(body);
const zstd = (body: Buffer): Buffer => zstdCompressSync(body, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const truncated = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length >> 1);
const corrupt = (bytes: Buffer): Buffer => {
  bytes[bytes.length >> 1]! ^= 0x55;
  bytes[(bytes.length >> 1) + 1]! ^= 0xaa;
  return bytes;
};

/** So many bytes every 20 ms: never silent, and never done in time. */
const dripping =
  (bytes: number): Damage =>
  ({ status, headers, body }, response) => {
    response.writeHead(status, headers);
    let at = 0;
    const timer = setInterval(() => {
      response.write(body.subarray(at, at + bytes));
      at += bytes;
      if (at < body.length) return;
      clearInterval(timer);
      response.end();
    }, 20);
    response.on('close', () => clearInterval(timer));
  };

const hangingAfter =
  (share: number): Damage =>
  ({ status, headers, body }, response) => {
    response.writeHead(status, headers);
    response.write(body.subarray(0, Math.floor(body.length * share)));
  };

const resetInBody: Damage = ({ status, headers, body }, response) => {
  response.writeHead(status, headers);
  response.write(truncated(body), () => setTimeout(() => response.socket?.resetAndDestroy(), 50));
};

/** Without a length or chunks: only the end of the connection tells the end of the body, wherever that is. */
const cutUnseen: Damage = ({ status, headers, body }, response) => {
  const { socket } = response as ServerResponse & { socket: NonNullable<ServerResponse['socket']> };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  socket.write(`HTTP/1.1 ${status} OK\r\n${lines.join('')}connection: close\r\n\r\n`);
  socket.end(body.subarray(0, firstFrames(body)));
};

/** Where a frame ends, about in the middle: `uvarint(length)`, a checksum of four bytes, and so many bytes. */
function firstFrames(body: Buffer): number {
  let at = 0;
  while (at < body.length / 2) {
    let length = 0;
    let shift = 0;
    for (; ; shift += 7) {
      const byte = body[at++]!;
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += 4 + length;
  }
  return at;
}

/** The body again and again; the process that sends it must have time for others. */
const endless: Damage = ({ status, headers, body }, response) => {
  response.writeHead(status, headers);
  response.write(body);
  const more = Buffer.concat(Array.from({ length: Math.ceil(32_768 / body.length) }, () => body));
  const timer = setInterval(() => response.writableNeedDrain || response.write(more), 5);
  response.on('close', () => clearInterval(timer));
};

/** What it has to be counted as. A part of what corrupt data decode to may come before the decoder finds out. */
type Fault = readonly [name: string, damage: Damage, kinds: RegExp];

const faults: readonly Fault[] = [
  ['truncated gzip', encoded('gzip', gzip, truncated), /^encoding$/],
  ['corrupt gzip', encoded('gzip', gzip, corrupt), /^(encoding|parse)$/],
  ['truncated zstd', encoded('zstd', zstd, truncated), /^encoding$/],
  ['corrupt zstd', encoded('zstd', zstd, corrupt), /^(encoding|parse)$/],
  ['a body that never begins', hangingAfter(0), /^slow$/],
  ['a body that stops in the middle', hangingAfter(0.5), /^slow$/],
  ['a slow drip', dripping(2), /^slow$/],
  ['a reset in the middle of the body', resetInBody, /^reset$/],
  ['a body without end', endless, /^(parse|limit|slow)$/],
];

/** The leader's answers are those of a real server, damaged on their way; its sibling is sound. */
describeReal('queries over a replica whose answers are broken', ['prometheus'], ({ prometheus }) => {
  let fleet: Fleet;
  let proxy: DamagingProxy;
  let raw: GatewayServer;
  let pushing: GatewayServer;
  let patient: GatewayServer;

  beforeAll(async () => {
    fleet = await startFleet({
      binary: prometheus,
      runDirectory: inject('runDirectory'),
      shards: 1,
      replicas: 2,
      targets: [
        {
          job: 'api',
          instance: 'api:1',
          families: [
            {
              name: 'm',
              type: 'gauge',
              series: Array.from({ length: SERIES }, (_, i) => ({ labels: { i: `${i}` }, valueAt: () => i })),
            },
          ],
        },
      ],
    });
    const [leader, sibling] = fleet.shards[0]!.replicas;
    await eventually(async () => {
      for (const replica of [leader!, sibling!]) expect(await replica.federate(['m'])).toContain(`i="${SERIES - 1}"`);
    });
    proxy = await startDamagingProxy(leader!.address);
    const gateways = [
      { push_down: false, min_hedge_delay: `${HEDGE_MS}ms` },
      { push_down: true, min_hedge_delay: `${HEDGE_MS}ms` },
      { push_down: false, min_hedge_delay: `${LONG_HEDGE_MS}ms` },
    ];
    [raw, pushing, patient] = (await Promise.all(
      gateways.map((query) =>
        startGateway({
          runDirectory: inject('runDirectory'),
          config: {
            global: { query_timeout: `${QUERY_TIMEOUT_MS}ms` },
            shards: [
              {
                name: 'slave-0',
                labels: { slave: '0' },
                static_configs: [{ targets: [proxy.address, sibling!.address] }],
              },
            ],
            // Each fault is to meet a leader that is asked.
            deduplication: { breaker: { failures: 0 } },
            query,
          },
        }),
      ),
    )) as [GatewayServer, GatewayServer, GatewayServer];
    for (const gateway of [raw, pushing]) expect(await sumBy(gateway)).toBe(wanted);
    for (const gateway of [raw, pushing]) expect(await errorKinds(gateway)).toEqual({});
  });
  afterEach(() => proxy.damage(/^/, undefined));
  afterAll(async () => {
    await Promise.all([raw, pushing, patient].map((gateway) => gateway?.close()));
    await proxy?.close();
    await fleet?.close();
  });

  const wanted = (SERIES * (SERIES - 1)) / 2;
  async function sumBy(gateway: GatewayServer, query = 'sum(m)'): Promise<number> {
    const response = await fetch(`${gateway.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const body = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    expect(response.status, JSON.stringify(body)).toBe(200);
    return Number(body.data.result[0]?.value[1]);
  }
  async function seriesRead(gateway: GatewayServer): Promise<void> {
    const nowMs = Date.now();
    const range = { startMs: nowMs - 10_000, endMs: nowMs };
    const hints = { ...range, stepMs: 0, function: '', rangeMs: 0, grouping: [], by: false };
    const response = await fetch(`${gateway.url}/api/v1/read`, {
      method: 'POST',
      body: encodeReadRequest({ ...range, hints, matchers: [createMatcher('__name__', '=', 'm')] }),
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
    });
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    // Each series tells its `i` once.
    expect(body.toString('latin1').split('\u0001i\u0012').length - 1).toBe(SERIES);
  }
  async function errorKinds(gateway: GatewayServer): Promise<Record<string, number>> {
    const rows = [
      ...(await gateway.metrics()).matchAll(
        /^promgate_upstream_errors_total\{.*replica="(.+?)",kind="(.+?)"\} (\d+)$/gm,
      ),
    ];
    for (const [, replica] of rows) expect(replica).toBe(proxy.address);
    return Object.fromEntries(rows.map(([, , kind, count]) => [kind, Number(count)]));
  }

  /** Asks while the leader's answers are damaged; the kinds of errors that were counted. */
  async function kindsWhile(gateway: GatewayServer, ask: () => Promise<void>): Promise<string[]> {
    const [before, damagedBefore] = [await errorKinds(gateway), proxy.damaged];
    const startedMs = performance.now();
    await ask();
    expect(performance.now() - startedMs).toBeLessThan(HEDGE_MS + MARGIN_MS);
    expect(proxy.damaged).toBeGreaterThan(damagedBefore);
    const after = await errorKinds(gateway);
    return Object.keys(after).filter((kind) => after[kind] !== before[kind]);
  }

  describe.each(faults)('%s', (_, damage, kinds) => {
    it('costs a query that reads raw samples no more than the hedge delay', async () => {
      proxy.damage(/^\/api\/v1\/read/, damage);
      const counted = await kindsWhile(raw, async () => expect(await sumBy(raw)).toBe(wanted));
      expect(counted.join()).toMatch(kinds);
    });

    it('costs a remote read no more than the hedge delay', async () => {
      proxy.damage(/^\/api\/v1\/read/, damage);
      expect((await kindsWhile(raw, () => seriesRead(raw))).join()).toMatch(kinds);
    });

    it('costs a query that a replica evaluates no more than the hedge delay', async () => {
      proxy.damage(/^\/api\/v1\/query/, damage);
      const counted = await kindsWhile(pushing, async () => expect(await sumBy(pushing)).toBe(wanted));
      expect(counted.join()).toMatch(kinds);
    });
  });

  it('a query of many parts pays the hedge delay once', async () => {
    proxy.damage(/^\/api\/v1\/read/, hangingAfter(0));
    const startedMs = performance.now();
    const parts = ['sum(m)', 'sum(m{i=~".+"})', 'sum(m{i!=""})', 'sum(m{i!~""})', 'sum(m{job="api"})'];
    expect(await sumBy(patient, parts.join('+'))).toBe(parts.length * wanted);
    expect(performance.now() - startedMs).toBeLessThan((parts.length - 1) * LONG_HEDGE_MS);
  });

  it('a remote read that is cut where nobody can see it is not taken for whole', async () => {
    proxy.damage(/^\/api\/v1\/read/, cutUnseen);
    expect(await kindsWhile(raw, () => seriesRead(raw))).toEqual(['encoding']);
  });
});
