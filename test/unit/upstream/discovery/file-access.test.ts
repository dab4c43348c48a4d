import { appendFile, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileAccess } from '../../../../src/upstream/discovery/file-access.ts';

const never = new AbortController().signal;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promgate-sd-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('reading', () => {
  it('waits until nobody writes', async () => {
    const path = join(directory, 'a.yml');
    let longestPauseMs: number;
    let text: string;
    let attempts = 0;
    do {
      await writeFile(path, '- targets: [a:1]\n');
      let lastMs = performance.now();
      longestPauseMs = 0;
      const reading = fileAccess.read(path, never);
      for (let i = 0; i < 6; i++) {
        await sleep(40);
        await appendFile(path, `- targets: [b${i}:1]\n`);
        longestPauseMs = Math.max(longestPauseMs, performance.now() - lastMs);
        lastMs = performance.now();
      }
      text = await reading;
      // A busy machine may itself have left the file alone for as long as makes it a quiet one.
    } while (longestPauseMs > 90 && ++attempts < 10);
    expect(text.split('\n')).toHaveLength(8);
  });

  it('reads a quiet file at once, and one from the future', async () => {
    const path = join(directory, 'a.yml');
    for (const offsetS of [-60, 3600]) {
      await writeFile(path, 'text');
      const time = Date.now() / 1000 + offsetS;
      await utimes(path, time, time);
      const startedMs = performance.now();
      expect(await fileAccess.read(path, never)).toBe('text');
      expect(performance.now() - startedMs).toBeLessThan(2000);
    }
  });

  it.each([
    ['gone.yml', undefined, 'no such file or directory'],
    ['bytes.yml', Uint8Array.of(0xff, 0xfe), 'not valid UTF-8'],
    ['large.yml', new Uint8Array(16 * 1024 * 1024 + 1), 'file of 16777217 bytes exceeds the limit of 16777216'],
  ])('says what is wrong with %s', async (name, content, message) => {
    const path = join(directory, name);
    if (content !== undefined) await writeFile(path, content);
    await expect(fileAccess.read(path, never)).rejects.toThrow(message);
  });

  it('lists a directory, or says why not', async () => {
    await writeFile(join(directory, 'a.yml'), '');
    expect(await fileAccess.list(directory)).toEqual(['a.yml']);
    await expect(fileAccess.list(join(directory, 'gone'))).rejects.toThrow('no such file or directory');
  });
});

describe('watching', () => {
  it('sees a file that is written, moved into its place, and removed', async () => {
    let changes = 0;
    const stop = fileAccess.watch(directory, () => changes++);
    const path = join(directory, 'a.yml');
    const steps = [
      () => writeFile(path, 'one'),
      () => writeFile(path, 'two'),
      async () => {
        await writeFile(join(directory, 'tmp'), 'three');
        await sleep(50);
        changes = 0;
        await rename(join(directory, 'tmp'), path);
      },
      () => rm(path),
    ];
    for (const step of steps) {
      changes = 0;
      await step();
      await expect.poll(() => changes).toBeGreaterThan(0);
      await sleep(50);
    }
    stop();
    changes = 0;
    await writeFile(path, 'four');
    await sleep(100);
    expect(changes).toBe(0);
  });

  it('does without a directory that is not there', () => {
    fileAccess.watch(join(directory, 'gone'), () => {})();
  });
});
