import { watch } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileAccess } from '../../topology/discovery/file-reader.ts';

const maxFileBytes = 16 * 1024 * 1024;
/** A file that changed less long ago may still be written: its beginning may look like a whole list. */
const quietMs = 100;
const maxWaitMs = 5000;

/** The file system itself. Directories are watched, not files: most tools put a new file in the place of the old one. */
export const fileAccess: FileAccess = {
  list: (directory) => readdir(directory).catch((error: unknown) => Promise.reject(fault(error))),
  async read(path, signal) {
    try {
      return await readQuietFile(path, signal);
    } catch (error) {
      throw fault(error);
    }
  },
  watch(directory, onChange) {
    try {
      const watcher = watch(directory, { persistent: false }, onChange);
      // A directory that goes away is noticed at the next interval.
      watcher.on('error', () => watcher.close());
      return () => watcher.close();
    } catch {
      return () => {};
    }
  },
};

async function readQuietFile(path: string, signal: AbortSignal): Promise<string> {
  const startedMs = performance.now();
  let before = '';
  for (;;) {
    const { mtimeMs, size } = await stat(path);
    if (size > maxFileBytes) throw new Error(`file of ${size} bytes exceeds the limit of ${maxFileBytes}`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path, { signal }));
    const after = await stat(path);
    const version = `${mtimeMs} ${size}`;
    // The clock of a file system may run ahead of ours.
    const isQuiet = Date.now() - mtimeMs >= quietMs || version === before;
    if (isQuiet && version === `${after.mtimeMs} ${after.size}`) return text;
    before = version;
    if (performance.now() - startedMs > maxWaitMs) throw new Error(`changes all the time, for ${maxWaitMs} ms now`);
    await sleep(quietMs, undefined, { signal });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  EACCES: 'permission denied',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'not valid UTF-8',
};

function fault(error: unknown): Error {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new Error(reasons[code] ?? message, { cause: error });
}
