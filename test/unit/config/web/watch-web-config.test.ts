import { mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchWebConfig, type WatchedWebConfig } from '../../../../src/config/web/watch-web-config.ts';
import type { WebConfig } from '../../../../src/config/web/web-config.ts';
import { createAuthorityFiles, type AuthorityFiles } from '../../../servers/tls/certificate-files.ts';

const hash = (fill: string): string => `$2y$10$${fill.repeat(53)}`;
const users = (...fills: string[]): string =>
  `basic_auth_users:\n${fills.map((fill) => `  user-${fill}: ${hash(fill)}\n`).join('')}`;

let directory: string;
let file: string;
let watched: WatchedWebConfig | undefined;
let loaded: WebConfig[];
let refused: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'web-watch-'));
  file = join(directory, 'web.yml');
  loaded = [];
  refused = [];
});
afterEach(async () => {
  watched?.stop();
  await rm(directory, { recursive: true });
});

async function watch(text: string): Promise<WatchedWebConfig> {
  await writeFile(file, text);
  watched = await watchWebConfig(file, {
    intervalMs: 20,
    onLoaded: (config) => loaded.push(config),
    onWarning: () => {},
    onRefused: (error) => refused.push((error as Error).message),
  });
  return watched;
}

const names = (config: WebConfig): string[] => [...config.users.keys()];

describe('a changed file', () => {
  it('is used', async () => {
    const { current } = await watch(users('a'));
    await writeFile(file, users('a', 'b'));
    await expect.poll(() => names(current())).toEqual(['user-a', 'user-b']);
    expect(loaded).toHaveLength(2);
    expect(current()).toBe(current());
  });

  it('is used when a link to it is exchanged, as Kubernetes does', async () => {
    const [before, after, link] = ['before', 'after', 'link'].map((name) => join(directory, name));
    await writeFile(before!, users('a'));
    await writeFile(after!, users('b'));
    await symlink(before!, link!);
    file = link!;
    watched = await watchWebConfig(file, {
      intervalMs: 20,
      onLoaded: () => {},
      onWarning: () => {},
      onRefused: () => {},
    });
    await symlink(after!, join(directory, 'next'));
    await rename(join(directory, 'next'), link!);
    await expect.poll(() => names(watched!.current())).toEqual(['user-b']);
  });

  it.each([
    ['broken', 'basic_auth_users: [', /1:\d+: invalid YAML/],
    ['faulty', 'basic_auth_users:\n  a: secret\n', /2:6: basic_auth_users.a: expected a bcrypt hash/],
    ['empty', '', /the last of basic_auth_users can be removed by a restart only/],
  ])('keeps the old when it is %s, and says so once', async (_, text, reason) => {
    const { current } = await watch(users('a'));
    await writeFile(file, text);
    await expect.poll(() => refused).toEqual([expect.stringMatching(reason) as string]);
    expect(names(current())).toEqual(['user-a']);
    expect(refused.join('')).not.toContain('secret');
    await writeFile(file, users('c'));
    await expect.poll(() => names(current())).toEqual(['user-c']);
    expect(refused).toHaveLength(1);
  });

  it('keeps the old when it is gone', async () => {
    const { current } = await watch(users('a'));
    await unlink(file);
    await expect.poll(() => refused).toEqual([expect.stringContaining('no such file') as string]);
    expect(names(current())).toEqual(['user-a']);
  });
});

describe('certificates', () => {
  let authority: AuthorityFiles;
  beforeEach(async () => {
    authority = await createAuthorityFiles(directory, 'ca');
    await authority.issue('server', ['localhost']);
  });
  const tls = (extra = ''): string =>
    `tls_server_config: {cert_file: ca/server.crt, key_file: ca/server.key${extra}}\n`;

  it('are read anew when they change', async () => {
    const { current } = await watch(tls());
    const { cert } = await authority.issue('server', ['localhost']);
    await expect.poll(() => current().tls!.cert).toBe(cert);
  });

  it('are used once a file that was missing has come', async () => {
    const { current } = await watch(tls());
    await writeFile(file, tls().replaceAll('ca/server', 'ca/next'));
    await expect.poll(() => refused).toEqual([expect.stringContaining('next.crt: ENOENT') as string]);
    await sleep(200);
    expect(refused).toHaveLength(1);
    const { cert } = await authority.issue('next', ['localhost']);
    await expect.poll(() => current().tls!.cert).toBe(cert);
  });

  it.each([
    ['off', '', 'TLS can be switched off by a restart only'],
    ['no longer asked for', tls(), 'client_auth_type can become NoClientCert by a restart only'],
  ])('cannot be switched %s by a change', async (_, text, reason) => {
    const { current } = await watch(tls(', client_auth_type: RequireAnyClientCert'));
    await writeFile(file, text);
    await expect.poll(() => refused).toEqual([expect.stringContaining(reason) as string]);
    expect(current().tls!.clientAuth).toBe('RequireAnyClientCert');
  });
});

it('is an error at the start', async () => {
  await expect(watch('bogus: 1')).rejects.toThrow(/web\.yml:1:1: bogus: unknown key/);
});

it('is open without a file', async () => {
  const open = await watchWebConfig(undefined, {
    intervalMs: 1,
    onLoaded: () => {},
    onWarning: () => {},
    onRefused: () => {},
  });
  expect(open.current()).toEqual({ tls: undefined, headers: {}, users: new Map() });
});
