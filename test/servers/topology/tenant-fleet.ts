import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startPrometheus, type PrometheusServer, type RuleGroup } from '../process/prometheus.ts';

export interface TenantFleet {
  /** The `shards:` part of a gateway configuration. */
  readonly gatewayShards: readonly Readonly<Record<string, unknown>>[];
  /** By shard, then by replica. */
  readonly shards: readonly (readonly PrometheusServer[])[];
  /** Holds what both shards hold of one team, the labels of the shards included. */
  readonly onlyTeamA: PrometheusServer;
  close(): Promise<void>;
}

/** Everything of a team holds `secret-<team>` or `secret_<team>` somewhere. */
function targetBody(teams: readonly string[], shard: number): string {
  const each = (line: (team: string) => string): string => teams.map((team) => `${line(team)}\n`).join('');
  const alone = each(
    (team) =>
      `# TYPE secret_${team}_only gauge\n# HELP secret_${team}_only Of secret-${team}.\nsecret_${team}_only{team="${team}"} 1`,
  );
  return `# TYPE app_requests counter
# HELP app_requests Requests.
${each((team) => `app_requests_total{team="${team}",path="secret-${team}"} ${team.charCodeAt(0) + shard} # {trace_id="secret-${team}-${shard}"} 1`)}${teams.length > 1 ? 'app_requests_total{path="secret-nobody"} 3\n' : ''}${alone}# TYPE latency_seconds histogram
${each((team) => `latency_seconds_bucket{team="${team}",le="1"} 1\nlatency_seconds_bucket{team="${team}",le="+Inf"} 2\nlatency_seconds_count{team="${team}"} 2\nlatency_seconds_sum{team="${team}"} 2`)}# TYPE target info
${each((team) => `target_info{team="${team}",version="secret-${team}-${shard}"} 1`)}# EOF
`;
}

const rules: readonly RuleGroup[] = [
  {
    name: 'outputs',
    rules: [{ record: 'slave:app_requests:sum', expr: 'sum by (team) (app_requests_total)' }],
  },
  ...['a', 'b'].map((team) => ({
    name: `group-secret-${team}`,
    rules: [
      {
        alert: `Busy`,
        expr: `app_requests_total{team="${team}"} > 0`,
        labels: { team, note: `secret-${team}` },
        annotations: { summary: `secret-${team}` },
      },
    ],
  })),
  { name: 'common', rules: [{ alert: 'Any', expr: 'app_requests_total > 0' }] },
];

/** Two shards of two replicas with series of the teams a and b and of nobody. */
export async function startTenantFleet(options: {
  readonly binary: string;
  readonly runDirectory: string;
}): Promise<TenantFleet> {
  const targets = createServer((request, response) => {
    const [, teams = '', shard = '0'] = /^\/(\w+)\/(\d)/.exec(request.url ?? '') ?? [];
    response.writeHead(200, { 'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8' });
    response.end(targetBody(teams.split(''), Number(shard)));
  }).listen(0, '127.0.0.1');
  await once(targets, 'listening');
  const address = `127.0.0.1:${(targets.address() as AddressInfo).port}`;
  const job = (path: string, labels: Readonly<Record<string, string>>) => ({
    job_name: `app${path.replaceAll('/', '-')}`,
    metrics_path: path,
    static_configs: [{ targets: [address], labels: { job: 'app', instance: `app-${path.at(-1)}`, ...labels } }],
  });
  const start = (name: string, externalLabels: object, jobs: readonly object[]): Promise<PrometheusServer> =>
    startPrometheus({
      ...options,
      name,
      flags: ['--enable-feature=exemplar-storage,promql-experimental-functions'],
      rules,
      config: {
        global: {
          scrape_interval: '1s',
          scrape_timeout: '1s',
          evaluation_interval: '1s',
          external_labels: externalLabels,
        },
        storage: { exemplars: { max_exemplars: 1000 } },
        scrape_configs: jobs,
      },
    });
  const shards = await Promise.all(
    [0, 1].map((shard) =>
      Promise.all(
        ['a', 'b'].map((replica) =>
          start(`tenants-${shard}${replica}`, { slave: String(shard), replica: `replica-${replica}` }, [
            job(`/ab/${shard}`, {}),
          ]),
        ),
      ),
    ),
  );
  const onlyTeamA = await start(
    'only-team-a',
    {},
    [0, 1].map((shard) => job(`/a/${shard}`, { slave: String(shard) })),
  );
  return {
    shards,
    onlyTeamA,
    gatewayShards: shards.map((replicas, shard) => ({
      name: `slave-${shard}`,
      labels: { slave: String(shard) },
      static_configs: [{ targets: replicas.map((replica) => replica.address) }],
    })),
    async close() {
      await Promise.all([...shards.flat(), onlyTeamA].map((server) => server.close()));
      targets.close();
      targets.closeAllConnections();
    },
  };
}
