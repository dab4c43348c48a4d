import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ExpositionSample, readExposition, seriesKey } from '../servers/exposition/read-exposition.ts';
import { bySeries } from '../servers/exposition/replica-union.ts';
import { noDifference, seriesDifference } from '../servers/exposition/series-difference.ts';
import { answer, type FakeReplica, type FederateBehaviour, startFakeReplica } from '../servers/fault/fake-replica.ts';
import { freePort } from '../servers/process/free-port.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { eventually } from '../servers/topology/eventually.ts';

const SCRAPE_TIMEOUT_MS = 3000;

/** Ten series of this moment; a sample of the past would not leave a gateway that has given newer ones. */
function healthyBody(shard: string, replica: string): string {
  const line = (i: number): string =>
    `m{number="${i}",instance="",replica="${replica}",shard="${shard}"} ${i} ${Date.now()}\n`;
  return `# TYPE m untyped\n${Array.from({ length: 10 }, (_, i) => line(i)).join('')}`;
}

function healthy(shard: string, replica: string): FederateBehaviour {
  return (response) => answer(healthyBody(shard, replica))(response);
}

function startHealthy(shard: string, replica: string): Promise<FakeReplica> {
  return startFakeReplica({ replica, shard }, healthy(shard, replica));
}

/** Sends `piece` over and over until the reader has had enough. */
function endless(head: string, piece: string, pieces: number): FederateBehaviour {
  return (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.write(head);
    let left = pieces;
    const more = (): void => {
      while (left-- > 0 && !response.destroyed) if (!response.write(piece)) return;
      response.end();
    };
    response.on('drain', more);
    more();
  };
}

function gzipped(shard: string, damage: (bytes: Buffer) => Uint8Array): FederateBehaviour {
  return (response) => answer(damage(gzipSync(healthyBody(shard, 'a'))), { 'content-encoding': 'gzip' })(response);
}

const invalidUtf8 = Buffer.concat([Buffer.from('m{a="'), Buffer.from([0xff, 0xfe]), Buffer.from('"} 1 1\n')]);

/** A byte every 50 ms: never silent, never done. */
const drip: FederateBehaviour = (response) => {
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
  const timer = setInterval(() => response.write('#'), 50);
  response.on('close', () => clearInterval(timer));
};

/** Comments without end. */
const endlessBody: FederateBehaviour = endless('# HELP', `${' and so on'.repeat(100)}\n# HELP`, Infinity);

type Fault = readonly [name: string, behaviour: (shard: string) => FederateBehaviour, reason: RegExp];

const faults: readonly Fault[] = [
  ['hangs before the first byte', () => () => undefined, /time|deadline/i],
  [
    'hangs after the headers',
    () => (response) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).flushHeaders();
    },
    /time|deadline/i,
  ],
  ['drips', () => drip, /time|deadline/i],
  ['never ends', () => endlessBody, /time|deadline|closed/i],
  ['answers 500', () => (response) => response.writeHead(500).end('storage is on fire'), /500/],
  ['answers 404', () => (response) => response.writeHead(404).end('404 page not found'), /404/],
  [
    'redirects',
    () => (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    /302|redirect/i,
  ],
  ['answers HTML with status 200', () => answer('<html>login</html>', { 'content-type': 'text/html' }), /text\/html/],
  ['says text and sends HTML', () => answer('<html>login</html>\n'), /line 1\b/],
  ['resets the connection', () => (response) => response.socket?.resetAndDestroy(), /reset|closed|socket/i],
  ['ends in mid-line', (shard) => answer(healthyBody(shard, 'a').slice(0, -30)), /line/],
  [
    'breaks off in mid-body',
    (shard) => (response) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4', 'content-length': '5000' });
      response.write(healthyBody(shard, 'a'), () => response.destroy());
    },
    /closed|reset|terminated|socket|length/i,
  ],
  [
    'sends truncated gzip',
    (shard) => gzipped(shard, (bytes) => bytes.subarray(0, -12)),
    /gzip|truncated|unexpected end|inflate/i,
  ],
  [
    'sends corrupt gzip',
    (shard) => gzipped(shard, (bytes) => bytes.fill(0x55, 20, 60)),
    /gzip|invalid|incorrect|inflate/i,
  ],
  ['sends an unknown coding', () => answer('xx', { 'content-encoding': 'br' }), /\bbr\b/],
  ['sends a line of 100 MB', () => endless('m{a="', 'x'.repeat(100_000), 1000), /max_line_bytes|1048576/],
  [
    'sends 1,000,000 label pairs',
    () => endless('m{', 'label_name="v",'.repeat(1000), 1000),
    /max_line_bytes|max_labels_per_series|1048576|1024/,
  ],
  ['sends invalid UTF-8', () => answer(invalidUtf8), /utf-8/i],
  ['sends a line without a value', () => answer('# TYPE m untyped\nm{a="b"}\n'), /line 2\b/],
  ['sends carriage returns', () => answer('m 1 1\r\n'), /line 1\b/],
];

describe('a replica that fails', () => {
  let gateway: GatewayServer;
  let good: FakeReplica;
  let bad: FakeReplica;
  let sibling: FakeReplica;
  let paired: FakeReplica;

  beforeAll(async () => {
    [good, bad, paired, sibling] = await Promise.all([
      startHealthy('good', 'a'),
      startHealthy('bad', 'a'),
      startHealthy('pair', 'a'),
      startHealthy('pair', 'b'),
    ]);
    const shard = (name: string, ...replicas: FakeReplica[]): unknown => {
      return { name, labels: { shard: name }, static_configs: [{ targets: replicas.map(({ address }) => address) }] };
    };
    gateway = await startGateway({
      runDirectory: inject('runDirectory'),
      config: {
        global: { scrape_timeout: `${SCRAPE_TIMEOUT_MS}ms` },
        shards: [shard('good', good), shard('bad', bad), shard('pair', paired, sibling)],
      },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await Promise.all([good, bad, sibling, paired].map((replica) => replica?.close()));
  });

  const shardsUp = (samples: readonly ExpositionSample[]): Record<string, string> =>
    Object.fromEntries(
      samples
        .filter(({ name }) => name === 'promgate_federate_shard_up')
        .map(({ labels, value }) => [labels['shard'], value]),
    );
  /** Asserts that the answer holds the ten series of each of these shards, and no others. */
  const expectSeriesOf = (samples: readonly ExpositionSample[], ...shards: string[]): void => {
    const found = bySeries(samples.filter(({ name }) => name === 'm')).keys();
    const wanted = shards.flatMap((shard) => {
      return Array.from({ length: 10 }, (_, i) => seriesKey('m', { number: String(i), shard }));
    });
    expect(seriesDifference(found, wanted)).toEqual(noDifference);
  };

  it.each(faults)('alone in its shard: %s', async (_, behaviour, reason) => {
    const logged = gateway.process.logs.length;
    bad.behave(behaviour('bad'));
    const start = performance.now();
    const { samples } = readExposition(await gateway.federate(['m']));
    expect(performance.now() - start).toBeLessThan(2 * SCRAPE_TIMEOUT_MS);
    expect(shardsUp(samples)).toEqual({ good: '1', bad: '0', pair: '1' });
    const complete = samples.filter(({ labels }) => labels['shard'] !== 'bad');
    expectSeriesOf(complete, 'good', 'pair');

    // The reason reaches whoever asks for all or nothing; where lines had left already the connection breaks instead.
    const aborted = gateway.federate(['m'], { parameters: { partial_response: 'abort' } });
    await expect(aborted).rejects.toThrow();
    await eventually(async () => {
      const logs = gateway.process.logs.slice(logged);
      expect(logs).toMatch(reason);
      expect(logs).toContain(bad.address);
    });

    bad.behave(healthy('bad', 'a'));
    const recovered = readExposition(await gateway.federate(['m'])).samples;
    expect(shardsUp(recovered)).toEqual({ good: '1', bad: '1', pair: '1' });
    expectSeriesOf(recovered, 'good', 'bad', 'pair');
  });

  it.each(faults)('beside a healthy sibling: %s', async (_, behaviour) => {
    paired.behave(behaviour('pair'));
    const start = performance.now();
    const { samples } = readExposition(await gateway.federate(['m']));
    // The hedge delay, and not the timeout.
    expect(performance.now() - start).toBeLessThan(SCRAPE_TIMEOUT_MS - 300);
    expect(shardsUp(samples)).toEqual({ good: '1', bad: '1', pair: '1' });
    expectSeriesOf(samples, 'good', 'bad', 'pair');
    paired.behave(healthy('pair', 'a'));
    await gateway.federate(['m']);
  });

  it('gives a series once that a replica sends twice', async () => {
    const body = healthyBody('bad', 'a');
    bad.behave(answer(body + body.slice(body.indexOf('\n') + 1)));
    const { samples } = readExposition(await gateway.federate(['m']));
    expect(shardsUp(samples)).toEqual({ good: '1', bad: '1', pair: '1' });
    expectSeriesOf(samples, 'good', 'bad', 'pair');
    bad.behave(healthy('bad', 'a'));
  });

  it('answers 503 for all or nothing when a shard has no live replica', async () => {
    bad.behave((response) => response.writeHead(500).end());
    const response = await fetch(`${gateway.url}/federate?match[]=m&partial_response=abort`);
    expect(response.status).toBe(503);
    expect(await response.text()).toMatch(/bad.*500/s);
    bad.behave(healthy('bad', 'a'));
  });
});

describe('a request that asks too much', () => {
  let gateway: GatewayServer;
  let replica: FakeReplica;
  beforeAll(async () => {
    replica = await startHealthy('only', 'a');
    gateway = await startGateway({
      runDirectory: inject('runDirectory'),
      config: {
        shards: [
          { name: 'only', labels: { shard: 'only' }, static_configs: [{ targets: [replica.address] }] },
          { name: 'gone', labels: { shard: 'gone' }, static_configs: [{ targets: [`127.0.0.1:${await freePort()}`] }] },
        ],
      },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await replica?.close();
  });

  const get = (query: string): Promise<Response> => {
    return fetch(`${gateway.url}/federate?${query}`, { signal: AbortSignal.timeout(15_000) });
  };

  it.each([
    ['-not-a-valid', '1:1: parse error: unexpected <op:->'],
    ['up[5m]', '1:3: parse error: unexpected "["'],
    ['up{', '1:4: parse error: unexpected end of input inside braces'],
    ['', 'unknown position: parse error: unexpected end of input'],
  ])('refuses the selector %j as Prometheus does', async (selector, message) => {
    const response = await get(`match[]=m&match[]=${encodeURIComponent(selector)}`);
    expect([response.status, await response.text()]).toEqual([400, `${message}\n`]);
  });

  it('does not choke on regular expressions made to blow up', async () => {
    const bombs = ['(a+)+b', '(a|aa)+$', '(.*)*x', '((((a{100}){100}){100}){100})'];
    for (const bomb of bombs) {
      const start = performance.now();
      const response = await get(`match[]=${encodeURIComponent(`{__name__=~"${bomb}"}`)}`);
      expect([200, 400], bomb).toContain(response.status);
      await response.text();
      expect(performance.now() - start, bomb).toBeLessThan(3000);
    }
  });

  it('takes 10,000 selectors, or says that they are too many', async () => {
    const query = Array.from({ length: 10_000 }, (_, i) => `match[]=m%7Bnumber=%22${i}%22%7D`).join('&');
    const response = await get(query);
    const body = await response.text();
    if (response.status === 200)
      expect(readExposition(body).samples.filter(({ name }) => name === 'm').length).toBe(10);
    else {
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      expect(body.length).toBeGreaterThan(10);
    }
  });

  it('goes on serving, a shard without any server behind it included', async () => {
    const { samples } = readExposition(await gateway.federate(['m']));
    expect(samples.filter(({ name }) => name === 'm').length).toBe(10);
    const up = samples.filter(({ name }) => name === 'promgate_federate_shard_up');
    expect(up.map(({ labels, value }) => [labels['shard'], value])).toEqual([
      ['only', '1'],
      ['gone', '0'],
    ]);
    expect((await fetch(`${gateway.url}/-/healthy`)).status).toBe(200);
    expect(await gateway.metrics()).toContain('promgate_');
  });

  it('takes GET alone', async () => {
    const response = await fetch(`${gateway.url}/federate?match[]=m`, { method: 'POST' });
    expect(response.status).toBe(405);
  });
});
