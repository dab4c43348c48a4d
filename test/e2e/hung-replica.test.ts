import { setTimeout as sleep } from 'node:timers/promises';
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
const SCRAPE_INTERVAL_MS = 3000;
/** Well inside a body of some MB, far behind its first byte. */
const MIDDLE_BYTES = 700_000;
const EVERYTHING = '{__name__=~"first_family|second_family"}';
/** The budget of one read: an answer that had to wait for it has lost. */
const SCRAPE_TIMEOUT_MS = 6000;
/** So much earlier an answer that did not wait for it has come, also from a busy machine. */
const MARGIN_MS = 1500;

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
      scrapeInterval: `${SCRAPE_INTERVAL_MS}ms`,
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
    for (const proxy of proxies) proxy.heal();
    for (const replica of replicas) {
      if (replica.process.running) replica.process.cont();
      else await replica.restart({ keepData: true });
    }
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
    await expectSoonComplete(gateway);
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
    await expectSoonComplete(running);
    expect(reachedMiddle).toBe(moment !== 'before its body');
    // Still frozen: the next answers cost no more.
    await expectSoonComplete(running);
    frozen.cont();
    proxies[index]!.heal();
    await expectSoonComplete(running);
  });

  it.each([
    ['leader', 0],
    ['follower', 1],
  ])('costs nobody a series when the connection of the %s breaks in the middle of its body', async (_, index) => {
    const running = await start();
    proxies[index]!.cutAfter(MIDDLE_BYTES);
    await expectSoonComplete(running);
    await expectSoonComplete(running);
  });

  it('is an error, never a short answer, when it is the only one that lives', async () => {
    const running = await start();
    await replicas[0]!.process.kill9();
    proxies[1]!.stallAfter(MIDDLE_BYTES, () => replicas[1]!.process.stop());
    // Lost before the first byte: a status. Lost after it: a broken connection, or an answer that says so at its end.
    const given = await running.federate([EVERYTHING]).catch((error: Error) => error.message);
    expect(given).toMatch(/ answered 503: |^terminated$|^promgate_federate_shard_up\{shard="slave-0".*\} 0\n$/m);
    await expect(running.federate(['first_family'], { parameters: { partial_response: 'abort' } })).rejects.toThrow();
  });
});

/**
 * Asks until an answer holds each series, once. Every answer must come soon, without waiting for a frozen replica's time to
 * run out, and say that the shard is up. At a change of leader a sample may wait for the new leader's next scrape.
 */
async function expectSoonComplete(gateway: GatewayServer): Promise<void> {
  const deadline = performance.now() + 2 * SCRAPE_INTERVAL_MS + 1000;
  for (;;) {
    const start = performance.now();
    const { samples } = readExposition(await gateway.federate([EVERYTHING]));
    const tookMs = performance.now() - start;
    expect(tookMs).toBeLessThan(SCRAPE_TIMEOUT_MS - MARGIN_MS);
    expect(samples.at(-1)).toMatchObject({ name: 'promgate_federate_shard_up', value: '1' });
    const series = bySeries(samples).size - 1;
    if (series === SERIES) return;
    expect(performance.now(), `${series} of ${SERIES} series`).toBeLessThan(deadline);
    await sleep(200);
  }
}
