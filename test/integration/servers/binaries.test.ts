import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveFromDeb822, archiveFromOneLine } from '../../servers/binaries/apt-sources.ts';
import { findServers } from '../../servers/binaries/find-servers.ts';
import { unpackRelease } from '../../servers/binaries/release-tarball.ts';
import { runCommand } from '../../servers/binaries/run-command.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promgate-binaries-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('apt sources', () => {
  it.each([
    [
      'Types: deb\nURIs: http://one/debian\nSuites: trixie trixie-updates\nComponents: main\n',
      'http://one/debian',
      undefined,
    ],
    [
      'Types: deb\nURIs: http://one/x\nSuites: other\nComponents: main\n\nTypes: deb deb-src\n# note\nURIs:\n http://two/y\nSuites: trixie\nComponents: contrib main\nSigned-By: /keys/a.gpg\n',
      'http://two/y',
      '/keys/a.gpg',
    ],
  ])('finds the archive in deb822 form (%#)', (text, uri, signedBy) => {
    expect(archiveFromDeb822(text, 'trixie')).toEqual({ uri, signedBy });
  });

  it.each([
    'Types: deb-src\nURIs: http://one/debian\nSuites: trixie\nComponents: main\n',
    'Enabled: no\nTypes: deb\nURIs: http://one/debian\nSuites: trixie\nComponents: main\n',
    'Types: deb\nURIs: http://one/debian\nSuites: trixie\nComponents: contrib\n',
    'Types: deb\nURIs: http://one/debian\nSuites: trixie-security\nComponents: main\n',
    '',
  ])('finds none in %j', (text) => {
    expect(archiveFromDeb822(text, 'trixie')).toBeUndefined();
  });

  it.each([
    ['deb http://one/debian trixie main contrib\n', { uri: 'http://one/debian', signedBy: undefined }],
    ['deb [arch=amd64 signed-by=/k.gpg] http://one/x trixie main\n', { uri: 'http://one/x', signedBy: '/k.gpg' }],
    ['# deb http://one/debian trixie main\ndeb-src http://one/debian trixie main\n', undefined],
    ['deb http://one/debian trixie-updates main\n', undefined],
  ])('finds the archive in one-line form: %j', (text, archive) => {
    expect(archiveFromOneLine(text, 'trixie')).toEqual(archive);
  });
});

describe('a release tarball', () => {
  let server: Server;
  let files: Map<string, Uint8Array | string>;
  let base: string;
  beforeEach(async () => {
    files = new Map();
    server = createServer((request, response) => {
      const file = files.get(request.url!);
      response.writeHead(file === undefined ? 404 : 200).end(file);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await mkdir(join(directory, 'thing-1.0'));
    await writeFile(join(directory, 'thing-1.0', 'thing'), 'a binary');
    await runCommand('tar', ['-czf', 'thing-1.0.tar.gz', 'thing-1.0'], { cwd: directory });
    files.set('/thing-1.0.tar.gz', await readFile(join(directory, 'thing-1.0.tar.gz')));
  });
  afterEach(() => void server.close());

  const unpack = (): Promise<void> => {
    const release = { url: `${base}/thing-1.0.tar.gz`, checksumsUrl: `${base}/sums` };
    return unpackRelease(release, join(directory, 'unpacked'), () => undefined);
  };

  it('is unpacked when its SHA-256 is the published one', async () => {
    const sum = createHash('sha256').update(files.get('/thing-1.0.tar.gz')!).digest('hex');
    files.set('/sums', `${'0'.repeat(64)}  other.tar.gz\n${sum}  thing-1.0.tar.gz\n`);
    await unpack();
    expect(await readFile(join(directory, 'unpacked', 'thing'), 'utf8')).toBe('a binary');
  });

  it.each([
    [`${'0'.repeat(64)}  thing-1.0.tar.gz\n`, /SHA-256 .* differs/],
    [`${'0'.repeat(64)}  other.tar.gz\n`, /do not list thing-1.0.tar.gz/],
    [undefined, /status 404/],
  ])('is refused when the checksums are %j', async (sums, reason) => {
    if (sums !== undefined) files.set('/sums', sums);
    await expect(unpack()).rejects.toThrow(reason);
    await expect(readFile(join(directory, 'unpacked', 'thing'))).rejects.toThrow('ENOENT');
  });
});

describe('findServers', () => {
  const fake = async (name: string, version: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, `#!/bin/sh\necho "${name}, version ${version} (branch: x)"\n`);
    await chmod(path, 0o755);
    return path;
  };
  const find = (environment: Readonly<Record<string, string>>) =>
    findServers({
      progress: () => undefined,
      environment: { PROMGATE_CACHE: directory, PROMGATE_OFFLINE: '1', ...environment },
    });

  it('prefers the environment variable, then PATH where the version fits', async () => {
    const path = await fake('prometheus', '3.7.1');
    const { prometheus, prometheus242, promtool } = await find({ PATH: directory });
    expect(prometheus).toEqual({ path, version: '3.7.1' });
    expect(prometheus242).toEqual({ missing: 'not in PATH or cache, and PROMGATE_OFFLINE=1' });
    const given = await fake('given', '2.42.0');
    expect((await find({ PATH: directory, PROMGATE_PROMETHEUS_242: given })).prometheus242).toEqual({
      path: given,
      version: '2.42.0',
    });
    expect(promtool).toHaveProperty('missing');
  });

  it('passes over an older one, and says when the given one does not run', async () => {
    await fake('prometheus', '3.4.9');
    expect((await find({ PATH: directory })).prometheus).toHaveProperty('missing');
    const { prometheus } = await find({ PROMGATE_PROMETHEUS: join(directory, 'nothing') });
    expect(prometheus).toEqual({ missing: '$PROMGATE_PROMETHEUS does not run' });
  });
});
