import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DIRECTORY = join(import.meta.dirname, '..', 'corpus');

/** Inputs that once broke a target, by file name. */
export async function readCorpus(target: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const directory = join(DIRECTORY, target);
  const names = await readdir(directory).catch(() => []);
  const entries = names.map(
    async (name): Promise<[string, Uint8Array]> => [name, await readFile(join(directory, name))],
  );
  return new Map(await Promise.all(entries));
}

/** Keeps an input; returns its path. */
export async function saveToCorpus(target: string, input: Uint8Array): Promise<string> {
  const directory = join(DIRECTORY, target);
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${createHash('sha256').update(input).digest('hex').slice(0, 16)}.bin`);
  await writeFile(file, input);
  return file;
}
