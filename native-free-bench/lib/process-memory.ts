import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;

/** Resident bytes of one process now; 0 once it is gone. */
export function residentBytes(pid: number): number {
  const pages = read(`/proc/${pid}/statm`).split(' ')[1];
  return pages === undefined ? 0 : Number(pages) * PAGE_BYTES;
}

/** The kernel's own high-water mark (VmHWM): exact, for one process, since its start. */
export function highWaterBytes(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return kib === undefined ? 0 : Number(kib) * 1024;
}

/** `root` and everything started below it, by scanning /proc (no kernel option needed). */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    // The command name stands in parentheses and may hold anything, spaces and ")" too.
    const afterName = read(`/proc/${pid}/stat`).split(') ').at(-1);
    parents.set(pid, Number(afterName?.split(' ')[1] ?? 0));
  }
  const tree = [root];
  for (let i = 0; i < tree.length; i++) {
    for (const [pid, parent] of parents) if (parent === tree[i]) tree.push(pid);
  }
  return tree;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
