import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import { bySeries } from '../servers/exposition/replica-union.ts';
import { type FaultProxy, startFaultProxy } from '../servers/fault/fault-proxy.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import type { PrometheusServer } from '../servers/process/prometheus.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { type Fleet, startFleet } from '../servers/topology/fleet.ts';

const SERIES = 8000;
/** Well inside a body of some MB, far behind its first byte. */
const MIDDLE_BYTES = 700_000;
const EVERYTHING = '{__name__=~"first_family|second_family"}';
/** The budget of one read: an answer that had to wait for it has lost. */
const SCRAPE_TIMEOUT_MS = 8000;

describeReal('a replica that hangs', ['prometheus'], ({ prometheus }) => {
  const runDirectory = inject('runDirectory');
  let fleet: Fleet;
  let proxies: FaultProxy[];
  let replicas: readonly PrometheusServer[];
  let gateway: GatewayServer | undefined;

  beforeAll(async () => {
    const filler = 'x'.repeat(200);
    fleet = await startFleet({
      binary: prometheus,
      runDirectory,
      shards: 1,
      replicas: 2,
      scrapeInterval: '5s',
      targets: [
        {
          job: 'api',
          instance: 'api-0:8080',
          families: ['first', 'second'].map((name) => ({
            name: `${name}_family`,
            type: 'gauge',
            series: Array.from({ length: SERIES / 2 }, (_, i) => ({
              labels: { filler, number: String(i) },
              valueAt: () => i,
            })),
          })),
        },
      ],
    });
    replicas = fleet.shards[0]!.replicas;
    proxies = await Promise.all(replicas.map((replica) => startFaultProxy(replica.address)));
    await eventually(async () => {
      for (const replica of replicas) expect(await replica.federate(['second_family'])).toContain('number="999"');
    });
  });
  afterEach(async () => {
    for (const replica of replicas) replica.process.cont();
    for (const proxy of proxies) proxy.heal();
    await gateway?.close();
  });
  afterAll(async () => {
    await Promise.all(proxies?.map((proxy) => proxy.close()) ?? []);
    await fleet?.close();
  });

  /** A fresh gateway leads with the first replica of the list. */
  async function start(): Promise<GatewayServer> {
    gateway = await startGateway({
      runDirectory,
      config: {
        global: { scrape_timeout: `${SCRAPE_TIMEOUT_MS}ms` },
        shards: [
          {
            name: 'slave-0',
            labels: { slave: '0' },
            static_configs: [{ targets: proxies.map((proxy) => proxy.address) }],
            enable_compression: false,
          },
        ],
      },
    });
    // Learns the external labels and what a read usually takes.
    await expectComplete(gateway);
    return gateway;
  }

  it.each([
    ['leader', 0, 'before its body'],
    ['follower', 1, 'before its body'],
    ['leader', 0, 'in the middle of its body'],
    ['follower', 1, 'in the middle of its body'],
  ])('costs nobody a series: the %s (replica %i) frozen %s', async (_, index, moment) => {
    const running = await start();
    const frozen = replicas[index]!.process;
    let reachedMiddle = false;
    if (moment === 'before its body') frozen.stop();
    else {
      proxies[index]!.stallAfter(MIDDLE_BYTES, () => {
        reachedMiddle = true;
        frozen.stop();
      });
    }
    const tookMs = await expectComplete(running);
    expect(tookMs).toBeLessThan(SCRAPE_TIMEOUT_MS / 2);
    expect(reachedMiddle).toBe(moment !== 'before its body');
    // Still frozen: the next answers cost no more.
    expect(await expectComplete(running)).toBeLessThan(SCRAPE_TIMEOUT_MS / 2);
    frozen.cont();
    proxies[index]!.heal();
    await expectComplete(running);
  });

  it.each([
    ['leader', 0],
    ['follower', 1],
  ])('costs nobody a series when the connection of the %s breaks in the middle of its body', async (_, index) => {
    const running = await start();
    proxies[index]!.cutAfter(MIDDLE_BYTES);
    await expectComplete(running);
    await expectComplete(running);
  });

  it('is an error, never a short answer, when it is the only one that lives', async () => {
    const running = await start();
    await replicas[0]!.process.kill9();
    proxies[1]!.stallAfter(MIDDLE_BYTES, () => replicas[1]!.process.stop());
    const given = await running.federate([EVERYTHING]).catch((error: Error) => error.message);
    // With the only shard lost before the first byte nothing is left to answer with.
    if (given.includes(' answered ')) expect(given).toContain('answered 503');
    else expect(given).toMatch(/^promgate_federate_shard_up\{shard="slave-0".*\} 0\n$/m);
    // Either a status before the first byte or a broken connection after it.
    await expect(running.federate(['first_family'], { parameters: { partial_response: 'abort' } })).rejects.toThrow();
    await replicas[0]!.restart({ keepData: true });
  });
});

/** Asks for everything and returns how long it took; fails unless each series is there, once, and the shard is up. */
async function expectComplete(gateway: GatewayServer): Promise<number> {
  const start = performance.now();
  const { samples } = readExposition(await gateway.federate([EVERYTHING]));
  const tookMs = performance.now() - start;
  expect(bySeries(samples).size).toBe(SERIES + 1);
  expect(samples.at(-1)).toMatchObject({ name: 'promgate_federate_shard_up', value: '1' });
  return tookMs;
}
