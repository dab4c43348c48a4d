import { readFileSync } from 'node:fs';

/** Native addons that a process has mapped: a loaded `*.node` file shows up in its memory map. Empty is what we want. */
export function nativeAddons(pid: number): string[] {
  const files = readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .map((line) => line.slice(line.indexOf('/')))
    .filter((file) => file.endsWith('.node') || file.endsWith('.node (deleted)'));
  return [...new Set(files)];
}
