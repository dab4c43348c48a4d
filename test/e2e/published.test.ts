import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../servers/process/free-port.ts';
import { ServerProcess } from '../servers/process/server-process.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
let place = '';

/** What `npm run build` makes, laid out as in an installed package. */
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'promgate-published-'));
  await run('npm', ['run', 'build'], { cwd: root, env: { ...process.env, DIST: join(place, 'dist') } });
  await copyFile(join(root, 'package.json'), join(place, 'package.json'));
  await symlink(join(root, 'node_modules'), join(place, 'node_modules'));
});

afterAll(() => rm(place, { recursive: true, force: true }));

describe('the published package', () => {
  it('begins with a line that a shell can run', async () => {
    const main = await readFile(join(place, 'dist', 'main.js'), 'utf8');
    expect(main.split('\n')[0]).toBe(
      '#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node --optimize-for-size --max-semi-space-size=1',
    );
  });

  it('names its version', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const { stdout } = await run(process.execPath, [join(place, 'dist', 'main.js'), '--version']);
    expect(stdout).toContain(`version ${version} `);
  });

  it('federates, worker threads and all', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const server = new ServerProcess({
      name: 'published',
      command: process.execPath,
      args: [join(place, 'dist', 'main.js'), `--web.listen-address=${address}`],
      directory: place,
      readyUrl: `http://${address}/-/ready`,
      env: { NODE_OPTIONS: '', NODE_ENV: '' },
    });
    await server.start();
    try {
      const query = new URLSearchParams({ 'match[]': 'job:up:count' });
      const answer = await fetch(`http://${address}/federate?${query.toString()}`);
      const text = await answer.text();
      expect(answer.status).toBe(200);
      expect(text).toContain('job:up:count{job="api",instance=""} 12\n');
      expect(text).toContain('promgate_federate_shard_up{shard="slave-2",instance=""} 1\n');
    } finally {
      await server.close();
    }
  });
});
