import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { PartialResponse } from '../../../../src/config/config.ts';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import { createMatcher } from '../../../../src/model/matcher.ts';
import { parseSelector } from '../../../../src/promql/selector/parse-selector.ts';
import { createTenantGates } from '../../../../src/promql/selector/tenant-gates.ts';
import { askServers } from '../../../../src/query/endpoints/ask-servers.ts';
import {
  findLabelNames,
  findLabelValues,
  findSeries,
  type Found,
  type LabelDeps,
} from '../../../../src/query/endpoints/label-endpoints.ts';
import { serverEndpoints } from '../../../../src/query/endpoints/server-endpoints.ts';
import { createUpstreamPools } from '../../../../src/upstream/upstream-pools.ts';

const pools = createUpstreamPools({ version: 'test', now: () => Date.now() });
const closing: (() => void)[] = [];
const [one, other] = [0, 1].map(
  (i) => `- {name: slave-${i}, labels: {slave: "${i}"}, static_configs: [{targets: ['unused-${i}:9090']}]}`,
);
const { config: two } = loadConfig(`shards:\n${one}\n${other}\n`, { file: 'promgate.yml', parseSelector });

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A replica whose answers are `data`, as the text of its JSON. */
async function replica(data: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(data === '' ? '{"status":"success"}' : `{"status":"success","data":${data}}`);
  }).listen(0, '127.0.0.1');
  closing.push(() => (server.closeAllConnections(), server.close()));
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Shards {
  readonly deps: LabelDeps;
  /** By shard and replica. */
  readonly targets: readonly (readonly string[])[];
}

/** `shards`: data of each replica of each. */
async function shardsOf(...shards: readonly (readonly string[])[]): Promise<Shards> {
  const targets = await Promise.all(shards.map((replicas) => Promise.all(replicas.map((data) => replica(data)))));
  const config = {
    ...two,
    shards: targets.map((addresses, i) => ({
      ...two.shards[i]!,
      replicas: addresses.map((name) => ({ name, url: `http://${name}` })),
    })),
  };
  const deps = {
    config,
    pools,
    leaders: () => shards.map(() => 0),
    now: () => Date.now(),
    onReplicaError: () => undefined,
  };
  return { deps: { ...deps, gateOf: createTenantGates(undefined), rules: compileRules([]) }, targets };
}

type Ask = (deps: LabelDeps, partialResponse: PartialResponse) => Promise<Found<unknown>>;

const request = (partialResponse: PartialResponse) => ({
  selectors: [{ matchers: [createMatcher('__name__', '=', 'up')] }],
  times: [],
  limit: 0,
  partialResponse,
  tenant: undefined,
  signal: new AbortController().signal,
});

function server(path: string): [string, Ask] {
  const endpoint = serverEndpoints.find((one) => one.path === path)!;
  const form = [['query', 'up']] as const;
  return [path, (deps, partial) => askServers(deps, endpoint, { ...request(partial), form })];
}

const series: [string, Ask] = ['/api/v1/series', (deps, partial) => findSeries(deps, request(partial))];
const names: [string, Ask] = ['/api/v1/labels', (deps, partial) => findLabelNames(deps, request(partial))];
const values: [string, Ask] = [
  '/api/v1/label/a/values',
  (deps, partial) => findLabelValues(deps, 'a', request(partial)),
];

/** An endpoint, the data of an answer that is one, and of such that are none. */
const endpoints: readonly (readonly [[string, Ask], good: string, bad: readonly string[]])[] = [
  [series, '[{"a":"b"}]', ['', '{}', '5', '"a"', '[1]', '[null]', '[["a"]]', '[{"a":1}]', '[{"a":null}]']],
  [names, '["a"]', ['', '{}', '{"length":0}', '"abc"', '[1]', '[null]', '[["a"]]', '[{}]']],
  [values, '["a"]', ['', '{}', '{"length":1}', '"abc"', '[1]', '[null]', '[true]']],
  [server('/api/v1/metadata'), '{"up":[{"type":"gauge"}]}', ['', '[]', 'null', '{"up":{}}', '{"up":[1]}', '"up"']],
  [
    server('/api/v1/query_exemplars'),
    '[{"seriesLabels":{"__name__":"up"},"exemplars":[{"value":"1"}]}]',
    ['', '{}', '[{}]', '[1]', '[{"seriesLabels":{"a":1},"exemplars":[]}]', '[{"seriesLabels":{},"exemplars":5}]'],
  ],
  [
    server('/api/v1/rules'),
    '{"groups":[{"name":"g","rules":[{"name":"r","labels":{"a":"b"}}]}]}',
    ['', '[]', '{"groups":{}}', '{"groups":[1]}', '{"groups":[{"rules":{}}]}', '{"groups":[{"rules":[{"alerts":1}]}]}'],
  ],
  [
    server('/api/v1/alerts'),
    '{"alerts":[{"labels":{"a":"b"}}]}',
    ['', '5', '{"alerts":1}', '{"alerts":[{"labels":[]}]}'],
  ],
  [
    server('/api/v1/targets'),
    '{"activeTargets":[{"labels":{}}],"droppedTargets":null,"droppedTargetCounts":{"constructor":1}}',
    ['', '[]', '{"activeTargets":{}}', '{"droppedTargets":[1]}', '{"droppedTargetCounts":{"a":"1"}}'],
  ],
  [server('/api/v1/targets/metadata'), '[{"metric":"up"}]', ['', '{}', '[1]']],
  [
    server('/api/v1/scrape_pools'),
    '{"scrapePools":["a"]}',
    ['', '"a"', '{"scrapePools":"abc"}', '{"scrapePools":[1]}'],
  ],
  [server('/api/v1/alertmanagers'), '{"activeAlertmanagers":[{"url":"u"}]}', ['', '[]', '{"activeAlertmanagers":{}}']],
  [
    server('/api/v1/status/tsdb'),
    '{"headStats":{"numSeries":1},"seriesCountByMetricName":[{"name":"up","value":1}]}',
    ['', '[]', '{"headStats":5}', '{"headStats":{"numSeries":"1"}}', '{"seriesCountByMetricName":[{"name":"up"}]}'],
  ],
];

const cases = endpoints.flatMap(([[path, ask], good, bad]) => bad.map((data) => ({ path, ask, good, data })));

describe.each(cases)('$path answered with data $data', ({ ask, good, data }) => {
  it('is left to a sibling', async () => {
    const { deps } = await shardsOf([data, good]);
    const { deps: healthy } = await shardsOf([good]);
    expect(await ask(deps, 'abort')).toEqual(await ask(healthy, 'abort'));
  });

  it('is an error that names shard and replica, or a warning', async () => {
    const { deps, targets } = await shardsOf([good], [data]);
    const told = `shard slave-1: no replica answered: replica ${targets[1]![0]!}: the answer has not the form of`;
    await expect(ask(deps, 'abort')).rejects.toMatchObject({ type: 'unavailable' });
    await expect(ask(deps, 'abort')).rejects.toThrow(told);
    const { data: found, warnings } = await ask(deps, 'warn');
    expect(warnings).toEqual([expect.stringContaining(`partial answer: ${told}`)]);
    const { deps: healthy } = await shardsOf([good]);
    expect(found).toEqual((await ask(healthy, 'abort')).data);
  });
});

it.each(endpoints.filter(([, good]) => good.startsWith('[')))('%s may have null for an empty list', async ([, ask]) => {
  const { deps } = await shardsOf(['null']);
  expect(await ask(deps, 'abort')).toEqual({ data: [], warnings: [] });
});

describe('names that every object has', () => {
  it('may be those of metrics', async () => {
    const metadata = JSON.stringify({ constructor: [{ help: 'a' }], toString: [{ help: 'b' }] });
    const { deps } = await shardsOf([metadata]);
    const { data } = await server('/api/v1/metadata')[1](deps, 'abort');
    expect(JSON.stringify(data)).toBe(metadata);
  });

  it('may be those of labels', async () => {
    const { deps } = await shardsOf(['["a"]']);
    expect((await findLabelValues(deps, 'constructor', request('abort'))).data).toEqual(['a']);
  });
});
