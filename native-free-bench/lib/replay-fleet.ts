import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { firstLine } from './line-reader.ts';
import type { ReplayReady, ReplaySpec } from './replay-spec.ts';

/** A running replay server: addresses (`127.0.0.1:port`) by shard, then replica. */
export interface ReplayFleet {
  readonly shards: readonly (readonly string[])[];
}

const SERVER = fileURLToPath(new URL('replay-server.ts', import.meta.url));

/** Runs `body` beside a replay server; the server is gone afterwards. */
export async function withReplayFleet<T>(spec: ReplaySpec, body: (fleet: ReplayFleet) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, [SERVER, JSON.stringify(spec)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    const { ports } = JSON.parse(await firstLine(child.stdout, 'the replay server')) as ReplayReady;
    return await body({ shards: ports.map((replicas) => replicas.map((port) => `127.0.0.1:${port}`)) });
  } finally {
    await end(child);
    process.off('exit', kill);
  }
}

/** The server holds nothing that is worth a graceful end. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
