import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startBlockFleet, type BlockFleet } from '../conformance/query/block-fleet.ts';
import { ask, difference, type Answer } from '../conformance/query/compare-answers.ts';
import { describeReal } from '../servers/describe-real.ts';

const queries = ['sum by (job) (rate(http_requests_total[5m]))', 'memory_bytes{kind="heap"}', 'topk(3, up)'];

/** Faults come one after another, from the mildest to the worst: the order of these tests matters. */
describeReal('queries over a fleet whose servers fail', ['prometheus', 'promtool'], (paths) => {
  let fleet: BlockFleet;
  const wanted = new Map<string, Answer>();

  beforeAll(async () => {
    fleet = await startBlockFleet({ ...paths, runDirectory: inject('runDirectory'), secondIsWhole: true });
    for (const query of queries) wanted.set(query, await ask(fleet.reference.url, { query, kind: 'range' }));
  });

  afterAll(() => fleet?.close());

  const answers = async (): Promise<readonly (string | undefined)[]> =>
    Promise.all(
      queries.map(async (query) =>
        difference(await ask(fleet.gateway.url, { query, kind: 'range' }), wanted.get(query)!),
      ),
    );
  const nothingDiffers = queries.map(() => undefined);

  it('are answered as ever while all servers live', async () => {
    expect(await answers()).toEqual(nothingDiffers);
  });

  it('are answered in full, and soon, while a replica hangs', async () => {
    // Replica a of the first shard has holes, b has everything.
    fleet.replicas[0]!.process.stop();
    const startedMs = performance.now();
    expect(await answers()).toEqual(nothingDiffers);
    expect(performance.now() - startedMs).toBeLessThan(40_000);
    fleet.replicas[0]!.process.cont();
  });

  it('are answered in full after a replica was killed', async () => {
    await fleet.replicas[0]!.process.kill9();
    expect(await answers()).toEqual(nothingDiffers);
  });

  it('fail, naming shard and replicas, when a whole shard is dead', async () => {
    await fleet.replicas[1]!.process.kill9();
    const { status, body } = await ask(fleet.gateway.url, { query: 'sum(up)', kind: 'instant' });
    expect(status).toBe(503);
    expect(body).toMatchObject({ status: 'error', errorType: 'unavailable' });
    for (const { address } of fleet.replicas.slice(0, 2)) expect(body.error).toContain(address);
    expect(body.error).toContain('slave-0');
  });

  it('are answered by the other shards with a warning where that is wanted', async () => {
    const url = `${fleet.gateway.url}/api/v1/query?partial_response=true&time=1700004600&query=count(up)`;
    const response = await fetch(url);
    const body = (await response.json()) as Answer['body'] & { data: { result: { value: [number, string] }[] } };
    expect(response.status).toBe(200);
    expect(body.data.result[0]!.value[1]).toBe('6');
    expect(body.warnings).toEqual([expect.stringContaining('slave-0')]);
  });

  it('of the dead shard alone fail, those that cannot concern it do not', async () => {
    const dead = await ask(fleet.gateway.url, { query: 'up{slave="0"}', kind: 'instant' });
    expect(dead.status).toBe(503);
    const constant = await ask(fleet.gateway.url, { query: 'vector(1) + 1', kind: 'instant' });
    expect(constant.status).toBe(200);
  });
});
