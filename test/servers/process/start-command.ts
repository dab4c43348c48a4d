import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What `npm start` runs, as arguments of node: flags, then the absolute path of the main file. */
export function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const [node, ...args] = scripts.start.split(' ');
  const main = args.pop();
  if (node !== 'node' || main === undefined)
    throw new Error(`npm start is not of the form "node … main": ${scripts.start}`);
  return [...args, join(ROOT, main)];
}
