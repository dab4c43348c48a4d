import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'promgate-test-';
const OWNER = 'owner.pid';

/**
 * Creates the directory under which every server of one test run keeps its files and its pid. What an earlier run left
 * behind because it was killed (directories and servers) is removed first.
 */
export async function createRunDirectory(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const directory = join(tmpdir(), name);
    const owner = Number(await readFile(join(directory, OWNER), 'utf8').catch(() => '0'));
    if (owner > 0 && !isAlive(owner)) await removeRunDirectory(directory);
  }
  const directory = await mkdtemp(join(tmpdir(), PREFIX));
  await writeFile(join(directory, OWNER), String(process.pid));
  return directory;
}

/** Kills the servers that still run and removes the directory. */
export async function removeRunDirectory(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    const pid = Number(await readFile(join(directory, entry.name, 'pid'), 'utf8').catch(() => '0'));
    if (pid > 0 && (await belongsTo(pid, directory))) kill(pid);
  }
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** A pid may have been given to another process meanwhile: only one whose command line names the directory is ours. */
async function belongsTo(pid: number, directory: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes(directory);
}

/** A fresh directory for one server. */
export async function createServerDirectory(runDirectory: string, name: string): Promise<string> {
  await mkdir(runDirectory, { recursive: true });
  return mkdtemp(join(runDirectory, `${name}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}
