import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import {
  type SecuredPrometheus,
  startSecuredPrometheus,
  type WebSecurity,
} from '../servers/process/secured-prometheus.ts';
import { startCommand } from '../servers/process/start-command.ts';
import { type Authority, createAuthority, type Identity } from '../servers/tls/certificates.ts';
import { eventually } from '../servers/topology/eventually.ts';

const passwords = ['first-pa55word', 'second-pa55word'] as const;
/** bcrypt of the passwords, cost 4. */
const hashes = [
  '$2b$04$bq8D1tWXVqr4SCKCDo0MDu94H6Q.AtpsP1sw21sy6zj4AC.A1hlMC',
  '$2b$04$9IpzmYQC2uDpJWR0brL5Suyba1ax8Y3SU.0NPvN8sIgxpcZn1vMPe',
] as const;
const headerSecret = 'header-pa55word';

describeReal('a gateway to secured replicas', ['prometheus'], ({ prometheus }) => {
  let secrets: string;
  let authority: Authority;
  let client: Identity;
  let replicas: readonly SecuredPrometheus[];
  let gateway: GatewayServer;
  let security: WebSecurity;

  const put = (name: string, text: string): Promise<void> => writeFile(join(secrets, name), text);
  const secureAll = async (change: Partial<WebSecurity>): Promise<void> => {
    security = { ...security, ...change };
    await Promise.all(replicas.map((replica) => replica.secure(security)));
  };
  const asked = async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${gateway.url}${path}`, { signal: AbortSignal.timeout(20_000) });
    return { status: response.status, text: await response.text() };
  };
  const valueOf = async (query: string): Promise<string> =>
    (await asked(`/api/v1/query?query=${encodeURIComponent(query)}`)).text;
  const federated = async (): Promise<string> => gateway.federate(['secured:value']);
  /** What a client gets to see when no replica can be read. */
  const refusal = async (): Promise<string> => {
    const { status, text } = await asked('/federate?match[]=secured:value');
    expect(status).toBe(503);
    expect(text).toContain('shard secured');
    for (const { address } of replicas) expect(text).toContain(`replica ${address}`);
    return text;
  };
  const expectAllIsRead = async (): Promise<void> => {
    const { samples } = readExposition(await federated());
    expect(samples.filter(({ name }) => name === 'secured:value').map(({ value }) => value)).toEqual(['42']);
    expect(await federated()).toMatch(/promgate_federate_shard_up\{.*shard="secured".*\} 1/);
    expect(await valueOf('sum(secured:value)')).toContain('"42"');
    // On raw samples of remote read.
    expect(await valueOf('secured:value + on() count_over_time(secured:value[1h]) * 0')).toContain('"42"');
    expect((await asked('/api/v1/label/__name__/values')).text).toContain('secured:value');
  };

  beforeAll(async () => {
    secrets = join(inject('runDirectory'), 'outbound-secrets');
    await mkdir(secrets);
    authority = await createAuthority('fleet');
    client = await authority.issue({ name: 'promgate' });
    security = {
      identity: await authority.issue({ name: 'server' }),
      clientAuthority: authority.cert,
      users: { alice: hashes[0] },
    };
    await Promise.all([
      put('password', `${passwords[0]}\n`),
      put('ca.crt', authority.cert),
      put('client.crt', client.cert),
      put('client.key', client.key),
    ]);
    replicas = await Promise.all(
      ['a', 'b'].map((replica) =>
        startSecuredPrometheus({
          name: `secured-${replica}`,
          binary: prometheus,
          runDirectory: inject('runDirectory'),
          security,
          externalLabels: { slave: '0', replica },
          client: { ca: authority.cert, cert: client.cert, key: client.key, auth: `alice:${passwords[0]}` },
        }),
      ),
    );
    gateway = await startGateway({
      runDirectory: inject('runDirectory'),
      config: {
        global: {
          basic_auth: { username: 'alice', password_file: join(secrets, 'password') },
          http_headers: { 'X-Secret': { secrets: [headerSecret] } },
        },
        shards: [
          {
            name: 'secured',
            labels: { slave: '0' },
            scheme: 'https',
            static_configs: [{ targets: replicas.map(({ address }) => address) }],
            tls_config: {
              ca_file: join(secrets, 'ca.crt'),
              cert_file: join(secrets, 'client.crt'),
              key_file: join(secrets, 'client.key'),
            },
          },
        ],
      },
    });
    await eventually(expectAllIsRead);
  });
  afterAll(async () => {
    await gateway?.close();
    await Promise.all((replicas ?? []).map((replica) => replica.close()));
  });

  it('reads them for federation and queries', expectAllIsRead);

  it('checks them live', async () => {
    const { args, env } = startCommand();
    const run = promisify(execFile)(process.execPath, [...args, 'check', 'config', '--live', gateway.configFile], {
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    });
    expect((await run).stdout).toContain('SUCCESS');
  });

  it('takes a new password while it runs', async () => {
    await secureAll({ users: { alice: hashes[1] } });
    expect(await refusal()).toContain('check basic_auth of its shard');
    const { status, text } = await asked('/api/v1/query?query=secured:value');
    expect([status, text]).toEqual([503, expect.stringContaining('check basic_auth of its shard')]);
    expect(text).toContain('shard secured');
    expect(await gateway.metrics()).toMatch(
      /promgate_upstream_errors_total\{shard="secured",replica="[^"]+",kind="auth"\} [1-9]/,
    );
    expect(gateway.process.logs).toContain('PG_UPSTREAM_AUTH');
    await put('password', passwords[1]);
    await expectAllIsRead();
  });

  it('takes new certificates while it runs, of servers and its own, without an answer lost', async () => {
    const next = await createAuthority('next fleet');
    const identity = await next.issue({ name: 'promgate' });
    const changed = new AbortController();
    const answers: string[] = [];
    const scraping = (async () => {
      while (!changed.signal.aborted) answers.push(await federated().catch(String));
    })();
    // First both authorities are trusted on both sides, then the certificates change.
    const both = authority.cert + next.cert;
    await secureAll({ clientAuthority: both });
    await put('ca.crt', both);
    await expectAllIsRead();
    await secureAll({ identity: await next.issue({ name: 'server' }) });
    await put('client.crt', identity.cert);
    await expectAllIsRead();
    await put('client.key', identity.key);
    await expectAllIsRead();
    await put('ca.crt', next.cert);
    await secureAll({ clientAuthority: next.cert });
    await expectAllIsRead();
    changed.abort();
    await scraping;
    expect(answers.length).toBeGreaterThan(5);
    expect(answers.filter((answer) => !/promgate_federate_shard_up\{.*\} 1/.test(answer))).toEqual([]);
  });

  it('names a certificate that it does not trust', async () => {
    const before = security.identity;
    await put('ca.crt', authority.cert);
    expect(await refusal()).toContain('tls_config.ca_file');
    expect((await asked('/api/v1/query?query=secured:value')).text).toContain('tls_config.ca_file');
    expect(await gateway.metrics()).toMatch(/promgate_upstream_errors_total\{.*kind="tls"\} [1-9]/);
    const identity = await authority.issue({ name: 'server' });
    await secureAll({ identity });
    await expectAllIsRead();
    expect(before.cert).not.toBe(identity.cert);
  });

  it('shows no secret anywhere', async () => {
    const config = await asked('/api/v1/status/config');
    expect(config.text).toContain('<secret>');
    expect(config.text).toContain('alice');
    const paths = ['/metrics', '/', '/api/v1/status/flags', '/api/v1/status/runtimeinfo', '/api/v1/targets'];
    const pages = await Promise.all(paths.map(async (path) => (await asked(path)).text));
    const all = [config.text, gateway.process.logs, ...pages].join('\n');
    expect(all).not.toMatch(/pa55word|PRIVATE KEY/);
    for (const password of passwords) {
      expect(all).not.toContain(Buffer.from(`alice:${password}`).toString('base64'));
    }
  });
});
