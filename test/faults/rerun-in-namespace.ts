import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { NAMESPACE_VARIABLE } from './network-faults.ts';

const ENTER = ['--net', '--', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"'];

/**
 * Runs this process anew in a network namespace of its own, where addresses may be taken away without harm to others, and
 * resolves to its exit code; undefined where that cannot be had, or it is there already.
 */
export async function rerunInNamespace(environment: Readonly<Record<string, string>>): Promise<number | undefined> {
  if (process.env[NAMESPACE_VARIABLE] !== undefined) return undefined;
  const trial = spawnSync('unshare', [...ENTER, 'true'], { stdio: 'ignore' });
  if (trial.status !== 0) return undefined;
  const args = [...ENTER, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn('unshare', args, {
    stdio: 'inherit',
    env: { ...process.env, ...environment, [NAMESPACE_VARIABLE]: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
