import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export interface StartCommand {
  readonly env: Readonly<Record<string, string>>;
  /** Of node: flags, then the absolute path of the main file. */
  readonly args: readonly string[];
}

/** What `npm start` runs: `NAME=value … node flags … main`. */
export function startCommand(): StartCommand {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const words = scripts.start.split(' ');
  const node = words.indexOf('node');
  const main = words.at(-1);
  if (node === -1 || main === undefined || node === words.length - 1)
    throw new Error(`npm start is not of the form "NAME=value … node … main": ${scripts.start}`);
  return {
    env: Object.fromEntries(words.slice(0, node).map((word) => word.split('=', 2) as [string, string])),
    args: [...words.slice(node + 1, -1), join(ROOT, main)],
  };
}
