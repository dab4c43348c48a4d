import { request } from 'node:http';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import { startGateway, type GatewayServer } from '../servers/process/gateway-process.ts';
import { startPrometheus, type PrometheusServer } from '../servers/process/prometheus.ts';
import { eventually } from '../servers/topology/eventually.ts';

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly allow: string | undefined;
}

/** One request for a path as it is written. */
function ask(address: string, method: string, path: string): Promise<Answer> {
  const [host, port] = address.split(':');
  return new Promise((resolve, reject) => {
    request({ host, port, method, path, agent: false }, (response) => {
      response.resume().on('end', () => {
        const { location, allow } = response.headers;
        resolve({ status: response.statusCode!, location, allow });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** Flags, and the path that they make the servers serve under. */
const cases: readonly (readonly [flags: readonly string[], prefix: string])[] = [
  [['--web.external-url=http://fleet.example/prom/'], '/prom'],
  [['--web.external-url=http://fleet.example/prom', '--web.route-prefix=/'], ''],
  [['--web.external-url=http://fleet.example/prom', '--web.route-prefix=a/b/'], '/a/b'],
  [['--web.route-prefix=/x'], '/x'],
];

/** `P` is the prefix. */
const asked: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/?x=1'],
  ['POST', '/'],
  ['OPTIONS', '/'],
  ['GET', 'P?x=1'],
  ['POST', 'P'],
  ['POST', 'P/'],
  ['GET', 'P/federate?match[]=up'],
  ['POST', 'P/federate'],
  ['OPTIONS', 'P/federate'],
  ['GET', 'P/metrics'],
  ['GET', 'P/-/healthy'],
  ['HEAD', 'P/-/ready'],
  ['PUT', 'P/-/reload'],
  ['GET', 'P/api/v1/query?query=1'],
  ['GET', 'P/api/v1/query'],
  ['PUT', 'P/api/v1/query'],
  ['OPTIONS', 'P/api/v1/query'],
  ['GET', 'P/api/v1/label/job/values'],
  ['GET', 'P/api/v1/status/buildinfo'],
  ['GET', 'P/nope'],
  ['GET', '/other/metrics'],
  ['OPTIONS', '/other/api/v1/query'],
  ['GET', 'Pfederate'],
];
/** Found only where there is no prefix. */
const bare: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/federate?match[]=up'],
  ['GET', '/metrics'],
  ['GET', '/-/healthy'],
  ['POST', '/-/reload'],
  ['GET', '/api/v1/query?query=1'],
  ['OPTIONS', '/api/v1/query'],
  ['GET', '/prom/metrics'],
  ['GET', '/a/metrics'],
];

describeReal('a route prefix', ['prometheus'], ({ prometheus }) => {
  const servers: { close(): Promise<void> }[] = [];
  const pairs: { flags: string; prefix: string; reference: PrometheusServer; gateway: GatewayServer }[] = [];

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    for (const [i, [given, prefix]] of cases.entries()) {
      const flags = [...given, '--web.enable-lifecycle'];
      const config = { global: { scrape_interval: '1s', external_labels: { slave: '0' } } };
      const rules = [{ name: 'g', interval: '1s', rules: [{ record: 'slave:x:sum', expr: 'vector(42)' }] }];
      const reference = await startPrometheus({
        name: `prefix-${i}`,
        binary: prometheus,
        runDirectory,
        config,
        rules,
        flags,
        basePath: prefix,
      });
      servers.push(reference);
      const shard = {
        name: 's',
        labels: { slave: '0' },
        path_prefix: prefix,
        static_configs: [{ targets: [reference.address] }],
      };
      const aggregation_rules = [{ source: 'slave:(.+)', record: 'job:$1', without: ['slave'] }];
      const gateway = await startGateway({
        runDirectory,
        name: `prefix-gateway-${i}`,
        config: { shards: [shard], aggregation_rules },
        flags,
        basePath: prefix,
      });
      servers.push(gateway);
      pairs.push({ flags: given.join(' '), prefix, reference, gateway });
    }
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });

  it.each(cases.map(([flags], i) => [flags.join(' '), i] as const))('%s as in Prometheus', async (_, i) => {
    const { prefix, reference, gateway } = pairs[i]!;
    const paths = [...asked.map(([method, path]) => [method, path.replace(/^P/, prefix)] as const), ...bare];
    // Without a prefix the first page is Prometheus' own affair, and nothing is redirected to it.
    const compared = paths.filter(([, path]) => prefix !== '' || !/^\/?(?:\?|$)/.test(path));
    expect(compared.length).toBeGreaterThan(20);
    for (const [method, path] of compared) {
      const [theirs, ours] = await Promise.all([
        ask(reference.address, method, path),
        ask(gateway.address, method, path),
      ]);
      expect([method, path, ours]).toEqual([method, path, theirs]);
    }
    expect(await ask(gateway.address, 'GET', `${prefix}/`)).toMatchObject({ status: 200 });
  });

  it('is no obstacle to federation and queries, of servers with a prefix and by one', async () => {
    for (const { flags, gateway } of pairs) {
      await eventually(async () => {
        const { samples } = readExposition(await gateway.federate(['{__name__=~"job:.+"}']));
        expect(samples.filter(({ name }) => name === 'job:x:sum').map(({ value }) => value)).toEqual(['42']);
      });
      const answer = await fetch(`${gateway.url}/api/v1/query?query=${encodeURIComponent('sum(job:x:sum)')}`);
      expect(await answer.text()).toContain('"42"');
      expect(await gateway.metrics()).toContain('handler="/federate"');
      const url = flags.includes('external-url') ? 'http://fleet.example/prom' : gateway.url;
      expect(gateway.process.logs).toContain(`msg="promgate is ready" url=${url} `);
    }
  });
});
