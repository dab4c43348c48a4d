import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { encodeReadRequest } from '../../src/remote/read-request.ts';
import { describeReal } from '../servers/describe-real.ts';
import { startGateway, type GatewayServer } from '../servers/process/gateway-process.ts';
import { createServerDirectory } from '../servers/process/run-directory.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { startTenantFleet, type TenantFleet } from '../servers/topology/tenant-fleet.ts';

const rules = [
  { source: 'slave:(.+)', record: 'job:$1', without: ['slave'], continue: true },
  { source: 'slave:(.+)', record: 'org:$1', without: ['slave', 'team'] },
];
const matchers = {
  a: ['{team="a"}'],
  b: ['{team=~"b|b2"}', '{path!="nothing"}'],
  first: ['{slave="0"}'],
  'not-b': ['{team!="b"}'],
};

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const basic = (user: string): string => `Basic ${Buffer.from(`${user}:${user}`).toString('base64')}`;

describeReal('tenants', ['prometheus'], ({ prometheus }) => {
  let fleet: TenantFleet;
  let behindProxy: GatewayServer;
  let withUsers: GatewayServer;

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    fleet = await startTenantFleet({ binary: prometheus, runDirectory });
    const directory = await createServerDirectory(runDirectory, 'tenant-users');
    const users = ['alice', 'bob', 'stranger', 'admin'].map((user) => `  ${user}: ${hashSync(user, 4)}\n`).join('');
    await writeFile(join(directory, 'web.yml'), `basic_auth_users:\n${users}`);
    const config = {
      shards: fleet.gatewayShards,
      aggregation_rules: rules,
      federation: { match: ['{__name__=~"app_.+"}'], coverage_series: true, reuse_for: '1s' },
      query: { experimental_functions: true },
    };
    const header = 'X-Scope-OrgID';
    behindProxy = await startGateway({
      runDirectory,
      config: {
        ...config,
        // A query about one shard then passes through whole.
        shards: fleet.gatewayShards.map((shard) => ({ ...shard, owns_labels: ['slave'] })),
        tenants: { header, trusted_proxies: ['127.0.0.0/8'], matchers },
      },
    });
    const byUser = { alice: 'a', bob: 'b' };
    const tenants = { header, trusted_proxies: ['10.0.0.0/8'], by_user: byUser, operators: ['admin'], matchers };
    withUsers = await startGateway({
      runDirectory,
      config: { ...config, tenants },
      flags: [`--web.config.file=${join(directory, 'web.yml')}`],
      readyHeaders: { authorization: basic('admin') },
    });
    // Rules are evaluated, and alerts fire, a while after the first scrape.
    await eventually(async () => {
      const { body } = await ask('a', '/federate?match[]={__name__=~"job:.*"}');
      expect(body).toContain('job:app_requests:sum{');
      for (const replica of fleet.shards.flat()) {
        expect(await replica.query('count(ALERTS{alertstate="firing"})')).toMatchObject([
          { values: [[expect.anything(), '5']] },
        ]);
      }
    });
  });
  afterAll(async () => {
    await Promise.all([behindProxy?.close(), withUsers?.close()]);
    await fleet?.close();
  });

  async function get(gateway: GatewayServer, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(gateway.url + path, init);
    return { status: response.status, headers: response.headers, body: await response.text() };
  }
  const ask = (tenant: string, path: string): Promise<Answer> =>
    get(behindProxy, path, { headers: { 'X-Scope-OrgID': tenant } });
  const asUser = (user: string, path: string): Promise<Answer> =>
    get(withUsers, path, { headers: { authorization: basic(user) } });

  const query = (text: string, path = 'query'): string => {
    const now = Math.floor(Date.now() / 1000);
    const range = path === 'query_range' ? { start: String(now - 2), end: String(now), step: '1' } : {};
    return `/api/v1/${path}?${new URLSearchParams({ query: text, ...range }).toString()}`;
  };
  const everything = '{__name__=~".%2B"}';
  const paths: [string, () => string][] = [
    ['federation', () => `/federate?match[]=${everything}`],
    ['the default of federation', () => '/federate'],
    ['federation with replicas kept apart', () => `/federate?match[]=${everything}&dedup=false`],
    ['an instant query', () => query('{__name__=~".+"}')],
    ['a range query', () => query('app_requests_total', 'query_range')],
    ['a pushed aggregate', () => query('sum by (team, path) (app_requests_total)')],
    ['a query that passes through', () => query('sum by (path) (app_requests_total{slave="1"})')],
    ['a query that one shard answers', () => query('app_requests_total{slave="1"}')],
    ['a counted value', () => query('count_values by (path) ("x", app_requests_total)')],
    ['a subquery', () => query('max_over_time(app_requests_total[3s:1s] @ end())')],
    ['info', () => query('info(app_requests_total)')],
    ['info of other metrics', () => query('info(app_requests_total, {__name__=~"secret_.*|target_info"})')],
    ['a copied label', () => query('label_replace(app_requests_total, "copy", "$1", "path", "(.*)")')],
    ['a rule of the gateway', () => query('{__name__=~"job:.*|org:.*|slave:.*"} or app_requests_total')],
    ['series', () => `/api/v1/series?match[]=${everything}`],
    ['labels', () => '/api/v1/label/path/values'],
    ['names', () => '/api/v1/label/__name__/values'],
    ['selected names', () => `/api/v1/label/__name__/values?match[]=${everything}`],
    ['metadata', () => '/api/v1/metadata'],
    [
      'exemplars',
      () =>
        `/api/v1/query_exemplars?query=rate(app_requests_total[1m])&start=${Date.now() / 1000 - 600}&end=${Date.now() / 1000}`,
    ],
    ['rules', () => '/api/v1/rules'],
    ['alerts', () => '/api/v1/alerts'],
  ];

  it.each(paths)('%s gives each tenant its own alone', async (_what, path) => {
    const a = await ask('a', path());
    const b = await ask('b', path());
    expect([a.status, b.status]).toEqual([200, 200]);
    expect(a.body).toMatch(/secret[-_]a/);
    expect(a.body).not.toMatch(/secret[-_](b|nobody)/);
    expect(b.body).toMatch(/secret[-_]b/);
    expect(b.body).not.toMatch(/secret[-_](a|nobody)/);
  });

  it.each(paths)('%s gives an operator all', async (what, path) => {
    const { status, body } = await asUser('admin', path());
    // Of one target there are two versions, one of each team.
    if (what.startsWith('info')) return expect(body).toContain('conflicting label');
    expect(status).toBe(200);
    expect(body).toMatch(/secret[-_]a/);
    expect(body).toMatch(/secret[-_]b/);
  });

  it.each([
    'app_requests_total',
    'count(app_requests_total)',
    'sum(app_requests_total)',
    'sum by (slave) (app_requests_total)',
    'avg by (team) (app_requests_total)',
    'topk(1, app_requests_total)',
    'count_values("value", app_requests_total)',
    'group({__name__=~"secret_.*"}) by (__name__)',
    'app_requests_total{team="b"}',
    'app_requests_total{team!="a"}',
    'app_requests_total{team=~"a|b"}',
    'app_requests_total{slave="1"}',
    'sum(app_requests_total{slave="1"})',
    'count({slave="1",__name__=~"app.*"})',
    'app_requests_total{slave="1"} or absent(app_requests_total{team="b",slave="1"})',
    'absent(app_requests_total)',
    'absent(app_requests_total{team="b"})',
    'absent(secret_b_only{job="app"})',
    'absent_over_time(secret_b_only{job="app",slave="0"}[1m])',
    'sum(app_requests_total) - sum(app_requests_total{team="a"})',
    'max_over_time(app_requests_total[3s:1s] @ end())',
    'histogram_quantile(0.5, sum by (le) (latency_seconds_bucket))',
    'info(app_requests_total, {version=~".+"})',
    'label_replace(app_requests_total, "team", "b", "team", "a")',
    'scalar(count(app_requests_total{team="b"}))',
    'quantile(0.5, app_requests_total)',
    'app_requests_total / on (slave) group_left (version) target_info',
  ])('%s is what a server with the series of the tenant alone gives', async (text) => {
    const time = { time: String(Math.floor(Date.now() / 1000) - 1) };
    const path = `/api/v1/query?${new URLSearchParams({ query: text, ...time }).toString()}`;
    const reference = await fetch(fleet.onlyTeamA.url + path);
    const wanted = (await reference.json()) as { data: { resultType: string; result: unknown[] } };
    const found = JSON.parse((await ask('a', path)).body) as typeof wanted;
    expect(normalised(found.data)).toEqual(normalised(wanted.data));
  });

  it('a series read remotely is asked for with the matchers', async () => {
    for (const [user, other] of [
      ['alice', 'b'],
      ['bob', 'a'],
    ] as const) {
      const found = await readRemotely(withUsers.url, basic(user));
      expect(found).toContain(`secret-${user === 'alice' ? 'a' : 'b'}`);
      expect(found).not.toContain(`secret-${other}`);
    }
  });

  it('labels of shards can be enforced', async () => {
    const { body } = await ask('first', query('count by (slave) (app_requests_total)'));
    expect(JSON.parse(body)).toMatchObject({ data: { result: [{ metric: { slave: '0' } }] } });
    const { data } = JSON.parse((await ask('first', '/api/v1/label/slave/values')).body) as { data: string[] };
    expect(data).toEqual(['0']);
    const federated = await ask('first', `/federate?match[]=${everything}`);
    expect(federated.body).toContain('slave="0"');
    expect(federated.body).not.toMatch(/\{[^}]*slave="1"/);
    for (const path of ['/api/v1/labels', '/api/v1/series?match[]={slave="0"}', '/api/v1/series?match[]={slave="1"}']) {
      expect((await ask('first', path)).status).toBe(200);
    }
    expect((await ask('first', '/api/v1/series?match[]={slave="1"}')).body).toBe('{"status":"success","data":[]}');
  });

  it('a series without the label is seen where the matcher accepts that', async () => {
    const { body } = await ask('not-b', `/federate?match[]=${everything}`);
    expect(body).toContain('secret-nobody');
    expect(body).not.toMatch(/secret[-_]b/);
    const { data } = JSON.parse((await ask('not-b', '/api/v1/label/team/values')).body) as { data: string[] };
    expect(data).toEqual(['a']);
  });

  it('outputs of rules are summed over all and seen by their own labels', async () => {
    const outputs = `/federate?match[]={__name__=~"job:.*|org:.*"}`;
    const lines = async (tenant: string): Promise<string[]> =>
      (await ask(tenant, outputs)).body.split('\n').filter((line) => /^(job|org):/.test(line));
    expect(await lines('a')).toEqual(['job:app_requests:sum{team="a",instance=""} 195']);
    expect(await lines('b')).toEqual(['job:app_requests:sum{team="b",instance=""} 197']);
    expect(await lines('not-b')).toEqual([
      'job:app_requests:sum{instance=""} 6',
      'job:app_requests:sum{team="a",instance=""} 195',
      'org:app_requests:sum{instance=""} 398',
    ]);
    const asked = JSON.parse((await ask('a', query('{__name__=~"job:.*|org:.*"}'))).body) as {
      data: { result: { metric: object; value: [number, string] }[] };
    };
    expect(asked.data.result.map(({ metric, value }) => [metric, value[1]])).toEqual([
      [{ __name__: 'job:app_requests:sum', team: 'a' }, '195'],
    ]);
  });

  it('how complete rules are is not told, for that names series of others', async () => {
    const outputs = `/federate?match[]={__name__=~"job:.*"}`;
    expect((await ask('a', outputs)).body).not.toContain('promgate_aggregation_coverage_ratio');
    expect((await asUser('admin', outputs)).body).toContain('promgate_aggregation_coverage_ratio{record="job:');
  });

  it('what is not about series is for operators', async () => {
    const names =
      'targets targets/metadata scrape_pools alertmanagers status/tsdb status/config status/flags status/runtimeinfo ' +
      'notifications gateway/explain?query=up features';
    const closed = names.split(' ').map((path) => `/api/v1/${path}`);
    for (const path of closed) {
      const refused = await asUser('alice', path);
      expect([path, refused.status, refused.headers.get('x-promgate-error')]).toEqual([path, 403, 'PG_FORBIDDEN']);
      expect(JSON.parse(refused.body)).toEqual({
        status: 'error',
        errorType: 'forbidden',
        error: 'only operators may see this',
      });
      expect([path, (await asUser('admin', path)).status]).toEqual([path, 200]);
    }
    for (const path of ['/metrics', '/%6detrics', '/']) {
      expect([path, (await asUser('alice', path)).status]).toEqual([path, 403]);
      expect([path, (await asUser('admin', path)).status]).toEqual([path, 200]);
    }
    for (const path of ['/metrics/', '//metrics', '/api/v1/nothing', '/api/v1/status', '/debug/pprof']) {
      expect([path, (await asUser('alice', path)).status]).toEqual([path, 404]);
    }
    for (const path of ['/-/healthy', '/-/ready']) expect((await get(behindProxy, path)).status).toBe(200);
  });

  it('counts requests by tenant and denials by reason', async () => {
    const { body } = await asUser('admin', '/metrics');
    expect(body).toMatch(/promgate_tenant_requests_total\{tenant="a",outcome="denied"\} [1-9]/);
    expect(body).toMatch(/promgate_tenant_requests_total\{tenant="a",outcome="success"\} [1-9]/);
    expect(body).toMatch(/promgate_tenant_denied_requests_total\{reason="operators_only"\} [1-9]/);
  });

  describe('a request of nobody is refused', () => {
    const raw = (lines: readonly string[]): Promise<string> =>
      new Promise((resolve) => {
        const { hostname, port } = new URL(behindProxy.url);
        const socket = connect(Number(port), hostname);
        let text = '';
        socket.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          socket.setTimeout(300);
        });
        socket.on('close', () => resolve(text));
        socket.write(['GET /federate HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n'));
        socket.setTimeout(10_000, () => socket.destroy());
      });

    it.each<[string, readonly string[]]>([
      ['without a header', []],
      ['with an empty header', ['X-Scope-OrgID:']],
      ['with a blank header', ['X-Scope-OrgID:   ']],
      ['with an unknown tenant', ['X-Scope-OrgID: c']],
      ['with a tenant in other letters', ['X-Scope-OrgID: A']],
      ['with two tenants in one', ['X-Scope-OrgID: a|b']],
      ['with two tenants, separated', ['X-Scope-OrgID: a, b']],
      ['with two headers', ['X-Scope-OrgID: a', 'X-Scope-OrgID: b']],
      ['with two equal headers', ['X-Scope-OrgID: a', 'x-scope-orgid: a']],
      ['with a header that hops take off', ['X-Scope-OrgID: a', 'Connection: keep-alive, x-scope-orgID']],
      ['with a header that looks like it', ['X_Scope_OrgID: a']],
      ['with a property of objects', ['X-Scope-OrgID: constructor']],
      ['with __proto__', ['X-Scope-OrgID: __proto__']],
    ])('%s', async (_what, lines) => {
      const answer = await raw(lines);
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer).not.toContain('secret');
    });

    it('as one with a tenant is not', async () => {
      expect(await raw(['x-scope-orgid:  a ', 'Connection: close'])).toMatch(/^HTTP\/1\.1 200 /);
    });

    it('as a user without a tenant, whatever the header says', async () => {
      expect((await asUser('stranger', '/federate')).status).toBe(403);
      const headers = { authorization: basic('stranger'), 'X-Scope-OrgID': 'a' };
      const refused = await get(withUsers, '/federate', { headers });
      expect(refused.status).toBe(403);
      expect(refused.body).toBe('x-scope-orgid is not taken from this address\n');
    });

    it('as a user who is somebody else', async () => {
      expect((await asUser('alice', `/federate?match[]=${everything}`)).body).not.toMatch(/secret[-_]b/);
      const wrong = await get(withUsers, '/federate', {
        headers: { authorization: `Basic ${Buffer.from('alice:bob').toString('base64')}` },
      });
      expect(wrong.status).toBe(401);
    });
  });

  describe('when a shard is dead', () => {
    beforeAll(async () => {
      await Promise.all(fleet.shards[1]!.map((replica) => replica.process.kill9()));
    });

    it.each([
      '/api/v1/query?query=count(app_requests_total)',
      '/api/v1/query?query=app_requests_total',
      '/api/v1/series?match[]=app_requests_total',
      '/api/v1/query?query={__name__=~"job:.*"}',
    ])('%s says which, and nothing of its replicas', async (path) => {
      const whole = await ask('a', path);
      expect(whole.status).toBe(503);
      const partial = await ask('a', `${path}&partial_response=true`);
      expect(partial.status).toBe(200);
      expect(partial.body).toContain('partial answer: shard slave-1: ');
      for (const { body } of [whole, partial]) {
        expect(body).toContain('slave-1');
        expect(body).not.toMatch(/127\.0\.0\.1|secret[-_]b/);
      }
      expect((await asUser('admin', path)).body).toContain('127.0.0.1');
    });

    it('federation says so', async () => {
      const { headers, body } = await ask('a', '/federate?match[]=app_requests_total');
      expect(headers.get('x-promgate-partial')).toBe('true');
      expect(body).toContain('promgate_federate_shard_up{shard="slave-1",instance=""} 0');
      const refused = await ask('a', '/federate?match[]=app_requests_total&partial_response=abort');
      expect(refused.status).toBe(503);
      expect(refused.body).not.toContain('127.0.0.1');
    });
  });
});

interface Vector {
  readonly resultType: string;
  readonly result: unknown[];
}

function normalised({ resultType, result }: Vector): unknown {
  if (resultType !== 'vector') return { resultType, result };
  const series = result as { metric: object; value: [number, string] }[];
  return series
    .map(({ metric, value }) => JSON.stringify([Object.entries(metric).sort(([x], [y]) => (x < y ? -1 : 1)), value]))
    .sort();
}

/** The bytes of a remote read of everything of the last minutes, labels readable. */
async function readRemotely(url: string, authorization: string): Promise<string> {
  const matchers = [{ name: '__name__', operator: '=~', value: '.+' }] as const;
  const range = { startMs: Date.now() - 300_000, endMs: Date.now() };
  const response = await fetch(`${url}/api/v1/read`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
    body: encodeReadRequest({ ...range, matchers }) as Uint8Array<ArrayBuffer>,
  });
  if (response.status !== 200) throw new Error(await response.text());
  return Buffer.from(await response.arrayBuffer()).toString('latin1');
}
