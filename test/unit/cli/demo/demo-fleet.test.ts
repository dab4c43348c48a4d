import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DemoFleet, startDemoFleet } from '../../../../src/cli/demo/demo-fleet.ts';

let fleet: DemoFleet;
beforeEach(async () => {
  fleet = await startDemoFleet({ now: () => Date.UTC(2026, 5, 1) });
});
afterEach(() => fleet.close());

const address = (replica: string): string => fleet.targets.find((target) => target.replica === replica)!.address;
const alive = (): string[] => fleet.targets.filter((target) => target.alive).map((target) => target.replica);
const names = ['slave-0a', 'slave-0b', 'slave-1a', 'slave-1b', 'slave-2a', 'slave-2b'];

async function federate(replica: string, ...match: string[]): Promise<Response> {
  const query = new URLSearchParams(match.map((selector): [string, string] => ['match[]', selector]));
  return fetch(`http://${address(replica)}/federate?${query.toString()}`);
}

describe('a simulated replica', () => {
  it('answers /federate for the union of its selectors', async () => {
    const response = await federate(
      'slave-0a',
      'slave:up:sum',
      'slave:up:sum{job="api"}',
      '{__name__=~"slave:up:c.*"}',
    );
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8; escaping=underscores');
    const lines = (await response.text()).trim().split('\n');
    expect(lines.map((line) => line.replace(/ \d+$/, ''))).toEqual([
      '# TYPE slave:up:count untyped',
      'slave:up:count{job="api",instance="",replica="a",slave="0"} 4',
      'slave:up:count{job="db",instance="",replica="a",slave="0"} 2',
      'slave:up:count{job="node",instance="",replica="a",slave="0"} 3',
      '# TYPE slave:up:sum untyped',
      'slave:up:sum{job="api",instance="",replica="a",slave="0"} 4',
      'slave:up:sum{job="db",instance="",replica="a",slave="0"} 2',
      'slave:up:sum{job="node",instance="",replica="a",slave="0"} 3',
    ]);
  });

  it('answers nothing without a selector, and 400 to one it cannot read', async () => {
    expect(await (await federate('slave-0a')).text()).toBe('');
    const refused = await federate('slave-0a', 'up[5m]');
    expect([refused.status, await refused.text()]).toEqual([400, '1:3: parse error: unexpected "["\n']);
  });

  it('compresses when asked to', async () => {
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      const url = `http://${address('slave-0a')}/federate?match[]=slave:up:sum`;
      const sent = request(url, { headers: { 'accept-encoding': 'br, gzip' } }, (response) => {
        expect(response.headers['content-encoding']).toBe('gzip');
        response.toArray().then((chunks) => resolve(Buffer.concat(chunks)), reject);
      });
      sent.on('error', reject).end();
    });
    expect(gunzipSync(bytes).toString()).toContain('slave:up:sum{job="api"');
  });

  it('tells its external labels as Prometheus does', async () => {
    const response = await fetch(`http://${address('slave-1b')}/api/v1/status/config`);
    const { status, data } = (await response.json()) as { status: string; data: { yaml: string } };
    expect(status).toBe('success');
    expect(data.yaml).toContain('  external_labels:\n    slave: "1"\n    replica: "b"\n');
  });

  it.each([
    ['/-/healthy', 200],
    ['/-/ready', 200],
    ['/nothing', 404],
  ])('answers %s with %i', async (path, status) => {
    expect((await fetch(`http://${address('slave-0a')}${path}`)).status).toBe(status);
  });

  it('refuses other methods', async () => {
    const response = await fetch(`http://${address('slave-0a')}/federate`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, OPTIONS']);
  });
});

describe('the fleet', () => {
  it('agrees between the replicas of a shard except for timestamps and the replica label', async () => {
    const [a, b] = await Promise.all(
      ['a', 'b'].map(async (replica) => {
        const text = await (await federate(`slave-2${replica}`, '{__name__=~".+"}')).text();
        return text.replaceAll(`replica="${replica}"`, 'replica=""').replaceAll(/ \S+ \d+$/gm, '');
      }),
    );
    expect(a!.length).toBeGreaterThan(10_000);
    expect(a).toBe(b);
  });

  it('kills and revives a replica on its port, and a whole shard', async () => {
    const port = address('slave-1a');
    await fleet.kill('slave-1a');
    expect(alive()).toEqual(names.filter((name) => name !== 'slave-1a'));
    await expect(federate('slave-1a', 'up')).rejects.toThrow();
    await fleet.revive('slave-1a');
    expect(address('slave-1a')).toBe(port);
    expect((await federate('slave-1a', 'up')).status).toBe(200);
    await fleet.kill('slave-2');
    await fleet.kill('slave-2');
    expect(alive()).toEqual(names.slice(0, 4));
  });

  it('takes orders over HTTP', async () => {
    const order = (path: string, method = 'POST'): Promise<Response> => fetch(`${fleet.controlUrl}${path}`, { method });
    expect(await (await order('/kill/slave-0b')).text()).toContain(`slave-0b (${address('slave-0b')}) dead\n`);
    expect(alive()).not.toContain('slave-0b');
    expect(await (await order('/revive/slave-0')).text()).not.toContain('dead');
    expect(await (await order('/', 'GET')).text()).toContain('slave-2b');
    expect((await order('/kill/slave-0b', 'GET')).status).toBe(405);
    expect((await order('/kill')).status).toBe(404);
    const unknown = await order('/kill/nobody');
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toContain('known: slave-0, slave-1, slave-2, slave-0a');
    expect(alive()).toEqual(names);
  });

  it('listens on 127.0.0.1 alone', () => {
    for (const target of fleet.targets) expect(target.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(fleet.controlUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});
