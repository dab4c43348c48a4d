import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ShardStatus } from '../../src/query/endpoints/shard-status.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { type Authority, createAuthority } from '../servers/tls/certificates.ts';
import { type ListServer, startListServer } from '../servers/tls/list-server.ts';
import { eventually } from '../servers/topology/eventually.ts';

const password = 'first-pa55word';
const token = 'second-pa55word';
const wrong = 'third-pa55word';
const basic = `Basic ${Buffer.from(`alice:${password}`).toString('base64')}`;
const everySecret = [password, token, wrong, basic.slice(6), 'query-pa55word', 'global-pa55word'];

describe('lists of targets behind TLS and passwords', () => {
  let directory: string;
  let authority: Authority;
  let other: Authority;
  let server: ListServer;
  let gateway: GatewayServer;

  const file = (name: string): string => join(directory, name);
  const putClient = async (issuer: Authority): Promise<void> => {
    const { cert, key } = await issuer.issue({ name: 'promgate' });
    await Promise.all([writeFile(file('client.crt'), cert), writeFile(file('client.key'), key)]);
  };
  const status = async (): Promise<ShardStatus> => {
    const response = await fetch(`${gateway.url}/api/v1/gateway/shards`);
    return ((await response.json()) as { data: ShardStatus }).data;
  };
  const replicas = async (): Promise<string[]> =>
    (await status()).shards.flatMap(({ name, replicas: all }) => all.map((replica) => `${name} ${replica.name}`));
  const errors = async (): Promise<(string | null)[]> => {
    const { shards, sources } = await status();
    return [...shards[0]!.sources, ...sources].map(({ lastError }) => lastError);
  };
  const configure = (credentials: string): string => {
    const tls_config = {
      ca_file: file('ca.crt'),
      cert_file: file('client.crt'),
      key_file: file('client.key'),
    };
    const of = (path: string): object => ({ url: `${server.url}${path}`, refresh_interval: '300ms', tls_config });
    return JSON.stringify({
      global: { basic_auth: { username: 'alice', password: 'global-pa55word' } },
      shards: [
        {
          name: 'a',
          http_sd_configs: [{ ...of('/a'), basic_auth: { username: 'alice', password_file: file('password') } }],
        },
      ],
      discovery: {
        http_sd_configs: [{ ...of('/all?key=query-pa55word'), authorization: { credentials } }],
      },
    });
  };
  const reload = async (credentials: string): Promise<void> => {
    const before = gateway.process.logs.length;
    await writeFile(gateway.configFile, configure(credentials));
    process.kill(gateway.process.pid, 'SIGHUP');
    await eventually(async () => expect(gateway.process.logs.slice(before)).toContain('the configuration was loaded'));
  };
  const found = ['a 127.0.0.1:1', 'b 127.0.0.1:2'];

  beforeAll(async () => {
    directory = await mkdtemp(join(inject('runDirectory'), 'secured-lists-'));
    [authority, other] = await Promise.all([createAuthority('right'), createAuthority('wrong')]);
    server = await startListServer({
      identity: await authority.issue({ name: 'inventory' }),
      clientAuthority: authority.cert,
    });
    server.lists.set('/a', { authorization: basic, groups: [{ targets: ['127.0.0.1:1'] }] });
    server.lists.set('/all?key=query-pa55word', {
      authorization: `Bearer ${token}`,
      groups: [{ targets: ['127.0.0.1:2'], labels: { shard: 'b' } }],
    });
    await Promise.all([
      writeFile(file('ca.crt'), authority.cert),
      writeFile(file('password'), `${password}\n`),
      putClient(authority),
    ]);
    gateway = await startGateway({ runDirectory: inject('runDirectory'), name: 'gateway', config: configure(token) });
  });
  afterAll(async () => {
    await gateway?.close();
    await server?.close();
  });
  beforeEach(async () => {
    await eventually(async () => expect([await replicas(), await errors()]).toEqual([found, [null, null]]));
  });

  it('are shown without a secret', async () => {
    const config = await (await fetch(`${gateway.url}/api/v1/status/config`)).text();
    expect(config).toContain('/all?<secret>');
    expect(config.match(/<secret>/g)).toHaveLength(4);
    for (const secret of everySecret) expect(config).not.toContain(secret);
  });

  it('stay as they were while a password is wrong, which is told once and without it', async () => {
    const before = gateway.process.logs.length;
    await writeFile(file('password'), wrong);
    const refused = 'status 401: it does not accept the credentials: check basic_auth of its entry in http_sd_configs';
    await eventually(async () => expect(await errors()).toEqual([refused, null]));
    expect(await replicas()).toEqual(found);
    await eventually(async () =>
      expect((await gateway.metrics()).match(/refresh_failures_total\{mechanism="http"\} ([3-9]|\d\d)/)).not.toBeNull(),
    );
    const warnings = gateway.process.logs
      .slice(before)
      .split('\n')
      .filter((line) => line.includes('its last targets stay'));
    expect(warnings).toEqual([expect.stringContaining(refused)]);
    await writeFile(file('password'), password);
    await eventually(async () =>
      expect(gateway.process.logs.slice(before)).toContain('a discovery source answers again'),
    );
  });

  it('stay while a file of secrets is not there', async () => {
    await writeFile(gateway.configFile, configure(token).replace('"password_file":"', '"password_file":"/nowhere'));
    process.kill(gateway.process.pid, 'SIGHUP');
    const missing = expect.stringMatching(
      /^basic_auth\.password_file \/nowhere\S+ cannot be read: no such file$/,
    ) as string;
    await eventually(async () => expect(await errors()).toEqual([missing, null]));
    expect(await replicas()).toEqual(found);
    await reload(token);
  });

  it('stay while the client certificate is none that the server trusts', async () => {
    await putClient(other);
    // A server of Node.js hangs up without saying why.
    const refused = expect.stringMatching(/^connection lost before the response/) as string;
    await eventually(async () => expect(await errors()).toEqual([refused, refused]));
    expect(await replicas()).toEqual(found);
    await putClient(authority);
  });

  it('stay over a reload with wrong credentials, and with the right ones again', async () => {
    await reload(wrong);
    expect(await replicas()).toEqual(found);
    const refused =
      'status 401: it does not accept the credentials: check authorization of its entry in http_sd_configs';
    await eventually(async () => expect(await errors()).toEqual([null, refused]));
    expect(await replicas()).toEqual(found);
    await reload(token);
    expect(await replicas()).toEqual(found);
  });

  it('are nowhere told with a secret, whatever happened before', async () => {
    const told = [gateway.process.logs, JSON.stringify(await status()), await gateway.metrics()].join();
    expect(told).toContain('check basic_auth of its entry');
    for (const secret of everySecret) expect(told).not.toContain(secret);
  });
});
