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

export const benchHelp = `npm run bench:macro -- [--short] [--runs=N] [--chunk-bytes=N]
npm run bench:query -- [--short] [--series=N[,N…]]

Prints a table: what was measured, the goal, and whether it is met; every answer is checked first. Exit code 1 where a goal is
missed. Figures mean something only on a machine that does nothing else.

  --short        small data and few runs: shows that the benches work, gates nothing
  --runs         repetitions of each measurement; default 5
  --chunk-bytes  of the replayed bodies' HTTP chunks
  --series       of queries: only over so many (1000, 10000, 100000, 1000000)
`;

/**
 * Options that all macro benches share; undefined where help is asked for.
 * @throws TypeError for unknown flags
 */
export function parseBenchOptions(argv: readonly string[], defaultChunkBytes: number): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      short: { type: 'boolean', default: false },
      runs: { type: 'string' },
      series: { type: 'string' },
      'chunk-bytes': { type: 'string', default: String(defaultChunkBytes) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    short: values.short,
    runs: Number(values.runs ?? (values.short ? 1 : 5)),
    chunkBytes: Number(values['chunk-bytes']),
    series: values.series?.split(',').map(Number),
  };
}
