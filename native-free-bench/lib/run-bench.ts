import { benchHelp, parseBenchOptions, type BenchOptions } from './bench-options.ts';
import { PROMETHEUS_CHUNK_BYTES } from './replay-spec.ts';
import { formatRows, withoutGates, type Row } from './row.ts';

export type MacroBench = (options: BenchOptions) => Promise<Row[]>;

/** Runs benches one after the other, prints one table, and sets exit code 1 when a must is missed. */
export async function runBenches(benches: readonly MacroBench[]): Promise<void> {
  const options = parseBenchOptions(process.argv.slice(2), PROMETHEUS_CHUNK_BYTES);
  if (options === undefined) {
    console.log(benchHelp);
    return;
  }
  const rows: Row[] = [];
  for (const bench of benches) rows.push(...(await bench(options)));
  const shown = options.short ? withoutGates(rows) : rows;
  console.log(`\n${formatRows(shown)}\n`);
  if (options.short) console.log('short run: answers checked, figures of small data, nothing gated');
  if (shown.some((row) => row.ok === false)) process.exitCode = 1;
}

/** Progress, apart from the table: on standard error. */
export function progress(message: string): void {
  console.error(`[bench] ${message}`);
}
