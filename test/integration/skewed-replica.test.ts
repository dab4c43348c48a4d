import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import { answer, type FakeReplica, type FederateBehaviour, startFakeReplica } from '../servers/fault/fake-replica.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { eventually } from '../servers/topology/eventually.ts';

const AHEAD_MS = 600_000;

/** A server with its clock off by `skewMs`; its targets are `m` and, where it reaches it, `other`. */
function serverAt(replica: string, skewMs: number, names: readonly string[] = ['m']): FederateBehaviour {
  return (response) => {
    const nowMs = Date.now() + skewMs;
    const lines = names.flatMap((name) => [
      `# TYPE ${name} gauge`,
      ...[0, 1].map((i) => `${name}{i="${i}",instance="",replica="${replica}",slave="0"} ${i} ${nowMs}`),
    ]);
    answer(`${lines.join('\n')}\n`, { date: new Date(nowMs).toUTCString() })(response);
  };
}
const dead: FederateBehaviour = (response) => void response.destroy();

let replicas: FakeReplica[];
let gateway: GatewayServer;
const start = async (deduplication: Record<string, unknown>): Promise<void> => {
  const targets = replicas.map(({ address }) => address);
  const shards = [{ name: 'slave-0', labels: { slave: '0' }, static_configs: [{ targets }] }];
  const config = { global: { lookback_delta: '5s' }, shards, deduplication };
  gateway = await startGateway({ runDirectory: inject('runDirectory'), config });
};
beforeEach(async () => {
  replicas = await Promise.all(
    ['a', 'b'].map((replica) => startFakeReplica({ replica, slave: '0' }, serverAt(replica, 0))),
  );
});
afterEach(async () => {
  await gateway.close();
  await Promise.all(replicas.map((replica) => replica.close()));
});

/** Names of series given, with how far they are ahead of now in ms. */
async function given(): Promise<{ name: string; aheadMs: number }[]> {
  const { samples } = readExposition(await gateway.federate(['{__name__=~".+"}']));
  return samples
    .filter(({ name }) => !name.startsWith('promgate_'))
    .map(({ name, timestamp }) => ({ name, aheadMs: Number(timestamp) - Date.now() }));
}
const namesOf = (samples: readonly { name: string }[]): string[] => samples.map(({ name }) => name);

async function metric(name: string): Promise<number[]> {
  const rows = (await gateway.metrics()).matchAll(new RegExp(`^${name}\\{.*replica=.*\\} (\\S+)$`, 'gm'));
  return Array.from(rows, ([, value]) => Number(value));
}

it('tells how far the clocks of replicas are off', async () => {
  await start({});
  replicas[0]!.behave(serverAt('a', AHEAD_MS));
  replicas[1]!.behave(serverAt('b', -30_000));
  await given();
  const [ahead, behind] = await metric('promgate_replica_clock_skew_seconds');
  expect(Math.abs(ahead! - 600)).toBeLessThanOrEqual(3);
  expect(Math.abs(behind! + 30)).toBeLessThanOrEqual(3);
  const [newest, lag] = await metric('promgate_replica_sample_lag_seconds');
  expect(newest).toBe(0);
  expect(Math.abs(lag! - 630)).toBeLessThan(5);
});

it('holds back of a dead leader that was ahead what it gave, no other family, and no longer than lookback_delta', async () => {
  await start({ leader_patience: '1h' });
  replicas[0]!.behave(serverAt('a', AHEAD_MS));
  const first = await given();
  expect(namesOf(first)).toEqual(['m', 'm']);
  expect(first[0]!.aheadMs).toBeGreaterThan(AHEAD_MS - 10_000);
  replicas[0]!.behave(dead);
  replicas[1]!.behave(serverAt('b', 0, ['m', 'other']));
  const diedMs = Date.now();
  expect(namesOf(await given())).toEqual(['other', 'other']);
  await eventually(async () => expect(namesOf(await given())).toEqual(['m', 'm', 'other', 'other']));
  // Five seconds of lookback, not ten minutes.
  expect(Date.now() - diedMs).toBeGreaterThan(3000);
  expect(Date.now() - diedMs).toBeLessThan(20_000);
});

it('does not let one family ahead of the clock hold back the series of others, nor one series its family', async () => {
  await start({});
  const body = (replica: string, aheadMs: number): FederateBehaviour => {
    return (response) => {
      const line = (i: number, atMs: number): string =>
        `m{i="${i}",instance="",replica="${replica}",slave="0"} ${i} ${Date.now() + atMs}\n`;
      answer(`# TYPE m gauge\n${line(0, aheadMs)}${line(1, 0)}`)(response);
    };
  };
  replicas[0]!.behave(body('a', AHEAD_MS));
  expect(await given()).toHaveLength(2);
  replicas[0]!.behave(dead);
  replicas[1]!.behave(body('b', 0));
  const after = await given();
  expect(after).toHaveLength(1);
  expect(Math.abs(after[0]!.aheadMs)).toBeLessThan(10_000);
});

it('takes the lead from a replica that is ahead where a sibling is not', async () => {
  await start({ leader_patience: '1s' });
  replicas[0]!.behave(serverAt('a', AHEAD_MS));
  await eventually(async () => {
    await given();
    expect(await metric('promgate_shard_leader')).toEqual([0, 1]);
  });
  expect(gateway.process.logs).toContain('ahead');
});

it('gives at once what the dead leader had not given yet, though it is older than samples of other families', async () => {
  await start({});
  const startedMs = Date.now();
  const body = (replica: string, gridMs: number): FederateBehaviour => {
    return (response) => {
      const run = `instance="",replica="${replica}",slave="0"`;
      answer(`# TYPE grid gauge\ngrid{${run}} 1 ${gridMs}\n# TYPE m gauge\nm{${run}} 1 ${Date.now()}\n`)(response);
    };
  };
  for (const [i, replica] of replicas.entries()) replica.behave(body('ab'[i]!, startedMs - 4000));
  expect(namesOf(await given())).toEqual(['grid', 'm']);
  replicas[0]!.behave(dead);
  replicas[1]!.behave(body('b', startedMs - 2000));
  expect(namesOf(await given())).toEqual(['grid', 'm']);
});
