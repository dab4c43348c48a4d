import { runCommand } from '../binaries/run-command.ts';

/** What Prometheus' own reader says about an exposition: undefined when it can be read, else the parse error. */
export async function promtoolParseError(promtool: string, body: string): Promise<string | undefined> {
  const result = await runCommand(promtool, ['check', 'metrics'], { input: body });
  // 0: fine; 3: it reads, but a name goes against a naming convention, which is the business of whoever exposes it.
  if (result.code === 0 || result.code === 3) return undefined;
  return result.stderr || result.stdout || `exit code ${result.code}`;
}
