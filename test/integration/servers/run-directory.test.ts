import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRunDirectory, createServerDirectory, removeRunDirectory } from '../../servers/process/run-directory.ts';

it('ends servers that were left running, and no process that merely has their pid', async () => {
  const run = await createRunDirectory();
  const sleeper = (argument: string) => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', argument]);
  const [own, foreign] = [sleeper(run), sleeper('elsewhere')];
  try {
    for (const child of [own, foreign]) {
      const directory = await createServerDirectory(run, 'server');
      await writeFile(join(directory, 'pid'), String(child.pid));
    }
    const ended = once(own, 'exit');
    await removeRunDirectory(run);
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(foreign.exitCode).toBeNull();
    await expect(access(run)).rejects.toThrow('ENOENT');
  } finally {
    own.kill('SIGKILL');
    foreign.kill('SIGKILL');
  }
});

it('removes what a killed run left behind, and leaves a running one alone', async () => {
  const owner = spawn(process.execPath, ['-e', '']);
  await once(owner, 'exit');
  const [abandoned, running] = [await createRunDirectory(), await createRunDirectory()];
  await writeFile(join(abandoned, 'owner.pid'), String(owner.pid));
  const next = await createRunDirectory();
  await expect(access(abandoned)).rejects.toThrow('ENOENT');
  await access(running);
  await Promise.all([running, next].map((directory) => removeRunDirectory(directory)));
});
