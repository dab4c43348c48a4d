import { basename, dirname, extname, join } from 'node:path';
import type { FileSourceConfig } from '../../config/config.ts';
import { toTargets } from './discovered-target.ts';
import { parseTargetGroups } from './parse-target-groups.ts';
import type { SourceReader } from './source-reader.ts';

/** The part of a file system that is needed. */
export interface FileAccess {
  /** Names of the entries of a directory. */
  list(directory: string): Promise<readonly string[]>;
  /** The text of a file that nobody is writing at the moment. */
  read(path: string, signal: AbortSignal): Promise<string>;
  /** Calls back when an entry of a directory may have changed; a directory that is not there is not watched. */
  watch(directory: string, onChange: () => void): () => void;
}

/** Reads `file_sd_configs`: a part is a file. */
export function createFileReader({ files }: FileSourceConfig, access: FileAccess): SourceReader {
  const find = async (pattern: string): Promise<string[]> => {
    if (!isPattern(pattern)) return [pattern];
    const matches = toRegExp(basename(pattern));
    const names = await access.list(dirname(pattern));
    return names.filter((name) => matches.test(name)).map((name) => join(dirname(pattern), name));
  };
  return {
    async parts() {
      const found = await Promise.all(files.map(find));
      return found.flatMap((paths) => paths.sort());
    },
    async read(path, signal) {
      const format = extname(path).toLowerCase() === '.json' ? 'json' : 'yaml';
      return toTargets(parseTargetGroups(await access.read(path, signal), format));
    },
    watch(onChange) {
      const directories = [...new Set(files.map((file) => dirname(file)))];
      const stops = directories.map((directory) => access.watch(directory, onChange));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function isPattern(path: string): boolean {
  return /[*?[]/.test(basename(path));
}

/** `*`, `?` and `[…]` as in Go's `filepath.Match`. */
function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\[(\^?)([^\]]+)\]|[^]/g, (char, not: string | undefined, set: string | undefined) => {
    if (set !== undefined) return `[${not ?? ''}${set.replace(/[\\[]/g, '\\$&')}]`;
    if (char === '*') return '.*';
    return char === '?' ? '.' : char.replace(/[$()+.[\\\]^{|}]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}
