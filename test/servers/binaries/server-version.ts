import { runCommand } from './run-command.ts';

export type Version = readonly [major: number, minor: number, patch: number];

/**
 * Runs `path --version`; undefined where the binary does not run (a missing shared library, say), 'unnamed' where it runs
 * and prints none, as Debian's VictoriaMetrics does.
 */
export async function serverVersion(path: string): Promise<Version | 'unnamed' | undefined> {
  const result = await runCommand(path, ['--version'], { timeoutMs: 20_000 });
  if (result.code !== 0) return undefined;
  // Prometheus prints "prometheus, version 3.5.3+ds1 (branch: …"; VictoriaMetrics "victoria-metrics-…-v1.145.0".
  const found = /(?:version |-v)(\d+)\.(\d+)\.(\d+)/.exec(`${result.stdout}\n${result.stderr}`);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : 'unnamed';
}

export function isAtLeast(version: Version, least: readonly [major: number, minor: number]): boolean {
  return version[0] > least[0] || (version[0] === least[0] && version[1] >= least[1]);
}
