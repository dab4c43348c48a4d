import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFileReader } from '../../../../src/upstream/http-client/file-reader.ts';

let directory: string;
const at = (name: string): string => join(directory, name);
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promgate-files-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** The clock of the file system ticks every few milliseconds. */
const tick = (): Promise<void> => sleep(20);

it('reads a file again after each kind of change', async () => {
  const files = createFileReader();
  const read = (): Promise<string> => files.read(at('f'), 'key');
  await writeFile(at('f'), 'one');
  expect(await read()).toBe('one');
  await tick();
  await writeFile(at('f'), 'two');
  expect(await read()).toBe('two');
  await writeFile(at('g'), 'six');
  await rename(at('g'), at('f'));
  expect(await read()).toBe('six');
});

it('sees a link turn to another file, as orchestrators do it', async () => {
  const files = createFileReader();
  await Promise.all([writeFile(at('v1'), 'one'), writeFile(at('v2'), 'two')]);
  await symlink(at('v1'), at('link'));
  expect(await files.read(at('link'), 'key')).toBe('one');
  await symlink(at('v2'), at('next'));
  await rename(at('next'), at('link'));
  expect(await files.read(at('link'), 'key')).toBe('two');
});
