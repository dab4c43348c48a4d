import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { describeReal } from '../../servers/describe-real.ts';
import type { GatewayServer } from '../../servers/process/gateway-process.ts';
import { type BlockServers, startBlockServers } from './block-fleet.ts';
import { ask, difference } from './compare-answers.ts';
import { knownDifferences } from './known-differences.ts';
import { conformanceQueries } from './queries.ts';
import { dataSeconds, dataStart } from './reference-data.ts';

/** So many queries are under way: one server computes while another waits. */
const AT_ONCE = 4;

describeReal(
  'three shards of two replicas beside one server that holds everything',
  ['prometheus', 'promtool'],
  (paths) => {
    const queries = conformanceQueries();
    let servers: BlockServers;

    beforeAll(async () => {
      servers = await startBlockServers({ ...paths, runDirectory: inject('runDirectory') });
    });

    afterAll(() => servers?.close());

    it('are asked at least 500 queries, and at most five may differ', () => {
      expect(queries.length).toBeGreaterThan(500);
      expect(knownDifferences.size).toBeLessThanOrEqual(5);
    });

    describe.each([
      { pushDown: true, ownsLabels: false },
      { pushDown: true, ownsLabels: true },
      { pushDown: false, ownsLabels: false },
    ])('with $pushDown as push_down, $ownsLabels for owned labels', ({ pushDown, ownsLabels }) => {
      let gateway: GatewayServer;

      beforeAll(async () => {
        gateway = await servers.startGateway({ ownsLabels, query: { push_down: pushDown } });
      });

      afterAll(() => gateway?.close());

      it.each(['instant', 'range'] as const)('give the same answers to %s queries', async (kind) => {
        const different: string[] = [];
        const left = queries.filter((query) => !knownDifferences.has(query)).values();
        const compare = async (): Promise<void> => {
          for (const query of left) {
            const asked = { query, kind };
            const [got, wanted] = await Promise.all([ask(gateway.url, asked), ask(servers.reference.url, asked)]);
            const problem = difference(got, wanted);
            if (problem !== undefined) different.push(`${query}: ${problem}`);
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, compare));
        expect(different).toEqual([]);
      });

      it.each(endpoints())('give the same answer to %s', async (path) => {
        const [got, wanted] = await Promise.all(
          [gateway, servers.reference].map(async ({ url }) => {
            const response = await fetch(`${url}/api/v1/${path}`);
            return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
          }),
        );
        expect(got).toEqual(wanted);
      });
    });
  },
);

function endpoints(): readonly string[] {
  const times = `start=${dataStart}&end=${dataStart + dataSeconds}`;
  return [
    `series?match[]=up&${times}`,
    `series?match[]=up{slave="1"}&match[]=job_capacity&${times}`,
    'series',
    'series?match[]={}',
    `labels?${times}`,
    `labels?match[]=up&${times}`,
    `labels?match[]=nothing&${times}`,
    'labels?match[]=up{',
    'labels?limit=-1',
    'labels?start=x',
    `label/slave/values?${times}`,
    `label/slave/values?match[]=job_capacity{tier="t0"}&${times}`,
    `label/job/values?limit=1&${times}`,
    `label/__name__/values?${times}`,
    `label/replica/values?${times}`,
    'format_query?query=sum(up)by(job)',
    'format_query?query=up{',
    'metadata',
    'rules',
    'alerts',
    'query?query=up{',
    'query?query=up&time=foo',
    'query?query=up&limit=x',
    'query?query=1%2B1&time=4',
    'query?query=up&timeout=foo',
    'query?query=up&lookback_delta=foo',
    'query_range?query=up',
    'query_range?query=up&start=1&end=0&step=1',
    'query_range?query=up&start=0&end=100&step=0',
    'query_range?query=up&start=0&end=1000000&step=1',
    'query_range?query=up&start=0&end=NaN&step=1',
    'nothing',
  ];
}
