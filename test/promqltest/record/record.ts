import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPrometheus } from '../../servers/process/prometheus.ts';
import { formatLabels } from '../../../src/promql/engine/format-labels.ts';
import { parseScript } from '../script/parse-script.ts';
import type { LoadCommand } from '../script/script.ts';

/**
 * Writes the expectations of a script as a real Prometheus has them. The input holds one `load` of floats and lines
 * `eval instant at T QUERY` without expectations.
 *
 *     node test/promqltest/record/record.ts PROMETHEUS PROMTOOL queries/FILE.txt scripts/FILE.test
 */
const [prometheus, promtool, input, output] = process.argv.slice(2) as [string, string, string, string];
const text = await readFile(input, 'utf8');
const commands = parseScript(text);
const loads = commands.filter((command) => command.kind === 'load');
const runDirectory = await mkdtemp(join(tmpdir(), 'promgate-record-'));
const blocks = join(runDirectory, 'blocks');
await writeFile(join(runDirectory, 'input.om'), toOpenMetrics(loads));
await promisify(execFile)(promtool, [
  'tsdb',
  'create-blocks-from',
  'openmetrics',
  join(runDirectory, 'input.om'),
  blocks,
]);
const server = await startPrometheus({
  name: 'record',
  binary: prometheus,
  runDirectory,
  config: {},
  dataDirectory: blocks,
  flags: ['--enable-feature=promql-experimental-functions'],
});
const lines: string[] = [text.slice(0, text.indexOf('\neval')).trimEnd(), ''];
for (const command of commands) {
  if (command.kind !== 'eval') continue;
  lines.push(
    `eval instant at ${command.startMs / 1000}s ${command.query}`,
    ...(await expectations(command.query, command.startMs)),
    '',
  );
}
await writeFile(output, `${lines.join('\n').trimEnd()}\n`);
await server.close();

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly resultType: string; readonly result: unknown };
}

async function expectations(query: string, timeMs: number): Promise<string[]> {
  const body = new URLSearchParams({ query, time: String(timeMs / 1000) });
  const response = await fetch(`${server.url}/api/v1/query`, { method: 'POST', body });
  const answer = (await response.json()) as Answer;
  if (answer.status === 'error') return [`  expect fail msg: ${answer.error!}`];
  const { resultType, result } = answer.data!;
  if (resultType === 'scalar') return [`  ${(result as [number, string])[1].replace('+', '')}`];
  if (resultType === 'string') return [`  expect string ${JSON.stringify((result as [number, string])[1])}`];
  return (result as { metric: Record<string, string>; value: [number, string] }[]).map(({ metric, value }) => {
    const labels = Object.entries(metric)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flat();
    return `  ${formatLabels(labels)} ${value[1].replace('+', '')}`;
  });
}

function toOpenMetrics(commands: readonly LoadCommand[]): string {
  const lines: string[] = [];
  for (const { series, stepMs } of commands) {
    for (const { labels, points } of series) {
      const pairs: string[] = [];
      for (let i = 0; i < labels.length; i += 2)
        if (labels[i] !== '__name__') pairs.push(`${labels[i]}=${JSON.stringify(labels[i + 1])}`);
      const name = labels[labels.indexOf('__name__') + 1];
      for (const [k, point] of points.entries()) {
        if (point?.kind === 'float')
          lines.push(
            `${name}{${pairs.join(',')}} ${String(point.value).replace('Infinity', 'Inf')} ${(k * stepMs) / 1000}`,
          );
      }
    }
  }
  // One family after another, as the format wants it.
  const nameOf = (line: string): string => line.slice(0, line.indexOf('{'));
  const order = [...new Set(lines.map((line) => nameOf(line)))];
  return `${order.flatMap((name) => lines.filter((line) => nameOf(line) === name)).join('\n')}\n# EOF\n`;
}
