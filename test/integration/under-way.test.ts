import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { answer, startFakeReplica, type FakeReplica } from '../servers/fault/fake-replica.ts';
import { startGateway, type GatewayServer } from '../servers/process/gateway-process.ts';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).toReversed()) await one.close();
});

const bodyOf = (replica: string): string => `# TYPE up untyped\nup{of="${replica}"} 1 1700000000000\n`;

/** A replica whose answers end when the test says so. */
async function slowReplica(name: string): Promise<{ replica: FakeReplica; finish: () => void }> {
  const open: ServerResponse[] = [];
  const replica = await startFakeReplica({ slave: '0', replica: name }, (response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.write('# TYPE up untyped\n');
    open.push(response);
  });
  closing.push(replica);
  return {
    replica,
    finish() {
      for (const response of open.splice(0)) response.end(bodyOf(name).split('\n').slice(1).join('\n'));
    },
  };
}

const configOf = (address: string): string =>
  JSON.stringify({ shards: [{ name: 'slave-0', labels: { slave: '0' }, static_configs: [{ targets: [address] }] }] });

async function start(address: string): Promise<GatewayServer> {
  const gateway = await startGateway({
    runDirectory: inject('runDirectory'),
    config: configOf(address),
    flags: ['--web.enable-lifecycle'],
  });
  closing.push(gateway);
  return gateway;
}

describe('a request under way', () => {
  it('ends with the configuration that it began with, also where its replica is gone since', async () => {
    const { replica, finish } = await slowReplica('old');
    const next = await startFakeReplica({ slave: '0', replica: 'new' }, answer(bodyOf('new')));
    closing.push(next);
    const gateway = await start(replica.address);
    const under = gateway.federate(['up']);
    await expect.poll(() => replica.reads).toBe(1);
    // Threads keep two configurations; the request's is older than those in the end.
    for (let i = 0; i < 3; i++) {
      await writeFile(gateway.configFile, `${configOf(next.address)}${' '.repeat(i)}`);
      expect((await fetch(`${gateway.url}/-/reload`, { method: 'POST' })).status).toBe(200);
      expect(await gateway.federate(['up'])).toContain('of="new"');
    }
    finish();
    const body = await under;
    expect(body).toContain('up{of="old",instance="",slave="0"} 1');
    expect(body).toContain('promgate_federate_shard_up{shard="slave-0",instance=""} 1');
    // What it observed does not bring the series of its replica back.
    expect(await gateway.metrics()).not.toContain(replica.address);
  });

  it('ends within the grace period at SIGTERM; nothing new begins, and the exit code is 0', async () => {
    const { replica, finish } = await slowReplica('a');
    const gateway = await start(replica.address);
    const under = gateway.federate(['up']);
    await expect.poll(() => replica.reads).toBe(1);
    const ended = gateway.process.terminate();
    await expect
      .poll(() =>
        fetch(`${gateway.url}/-/ready`).then(
          ({ status }) => status,
          () => 'refused',
        ),
      )
      .toBe('refused');
    finish();
    expect(await under).toContain('up{of="a"');
    expect(await ended).toBe(0);
  });
});
