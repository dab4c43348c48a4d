import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPrometheus, type PrometheusServer } from '../../servers/process/prometheus.ts';
import type { DataFamily, DataSeries } from './reference-data.ts';

export interface BlockServerOptions {
  readonly name: string;
  readonly binary: string;
  readonly promtool: string;
  readonly runDirectory: string;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly families: readonly DataFamily[];
  /** Which series the server has, and with which labels. */
  readonly labelsOf: (series: DataSeries) => Readonly<Record<string, string>> | undefined;
  /** Whether the server lacks a sample; a number for each sample of a series, from 0. */
  readonly isHole?: (series: DataSeries, sample: number) => boolean;
}

/** A Prometheus that holds nothing but given samples of long ago. */
export async function startBlockServer(options: BlockServerOptions): Promise<PrometheusServer> {
  const directory = await mkdtemp(join(options.runDirectory, `${options.name}-blocks-`));
  const input = join(directory, 'input.om');
  const blocks = join(directory, 'blocks');
  await writeFile(input, toOpenMetrics(options));
  await promisify(execFile)(options.promtool, ['tsdb', 'create-blocks-from', 'openmetrics', input, blocks]);
  return startPrometheus({
    name: options.name,
    binary: options.binary,
    runDirectory: options.runDirectory,
    config: { global: { external_labels: options.externalLabels } },
    dataDirectory: blocks,
    flags: ['--enable-feature=promql-experimental-functions'],
  });
}

/** One that holds everything, with the shard's label as a label of each series. */
export function startReferenceServer(
  options: Omit<BlockServerOptions, 'name' | 'externalLabels' | 'labelsOf' | 'isHole'>,
): Promise<PrometheusServer> {
  const labelsOf = ({ labels, shard }: DataSeries): Record<string, string> => ({ ...labels, slave: String(shard) });
  return startBlockServer({ ...options, name: 'reference', externalLabels: {}, labelsOf });
}

/** Piece by piece: the whole may be longer than a string can be. */
function* toOpenMetrics({ families, labelsOf, isHole = () => false }: BlockServerOptions): Generator<string, void> {
  for (const { name, type, series } of families) {
    yield `# TYPE ${name} ${type}\n`;
    for (const one of series) {
      const labels = labelsOf(one);
      if (labels === undefined) continue;
      const metric = `${name}${one.suffix}{${formatLabels(labels)}}`;
      const lines = one.samples.map(([seconds, value], i) =>
        isHole(one, i) ? '' : `${metric} ${formatValue(value)} ${seconds}\n`,
      );
      yield lines.join('');
    }
  }
  yield '# EOF\n';
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`)
    .join(',');
}

function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
