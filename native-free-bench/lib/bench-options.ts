import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Small data, few runs, no gate on time: shows that the benches work and the answers are right. */
  readonly short: boolean;
  /** Repetitions of each measurement. */
  readonly runs: number;
  /** HTTP chunks of the replayed bodies, in bytes. */
  readonly chunkBytes: number;
  /** Of the benches of queries only those of so many series; undefined = all. */
  readonly series: readonly number[] | undefined;
}

/** Options that all macro benches share; unknown flags are refused. */
export function parseBenchOptions(argv: readonly string[], defaultChunkBytes: number): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      short: { type: 'boolean', default: false },
      runs: { type: 'string' },
      series: { type: 'string' },
      'chunk-bytes': { type: 'string', default: String(defaultChunkBytes) },
    },
  });
  return {
    short: values.short,
    runs: Number(values.runs ?? (values.short ? 1 : 5)),
    chunkBytes: Number(values['chunk-bytes']),
    series: values.series?.split(',').map(Number),
  };
}
