import type { DataSetName } from '../data/data-sets.ts';
import type { BenchOptions } from '../lib/bench-options.ts';
import type { ReplaySpec } from '../lib/replay-spec.ts';
import { boundRow, type Row } from '../lib/row.ts';
import { progress, runBenches } from '../lib/run-bench.ts';
import { measureReplay, type ReplayFigures } from '../lib/measure-replay.ts';

const SHARDS = 4;
const REPLICAS = 2;
const LONG_FACTOR = 10;
/** 125 families × 1,000 series × 8 replicas = 1 M series in; a short run takes a tenth. */
const FAMILIES = { full: 125, short: 12 };
const MB = 1e6;

/** Bodies replayed from memory over HTTP: 4 shards × 2 replicas, 1 M series in, and ten times that as a stream. */
export async function benchReplay(options: BenchOptions): Promise<Row[]> {
  const families = options.short ? FAMILIES.short : FAMILIES.full;
  const base = await measure(options, { dataSet: 'uniform-families', size: { families }, mode: 'memory' });
  // One chunk size more or less is all that the mode changes; ten times the series, a tenth of the runs, one at least.
  const runs = Math.max(1, Math.round(options.runs / 5));
  const long = { dataSet: 'uniform-families', size: { families: families * LONG_FACTOR }, mode: 'stream' } as const;
  const large = await measure({ ...options, runs }, long);
  return [...baseRows(base), ...largeRows(base, large), ...(await otherDataSets(options))];
}

/** Other shapes of the same size, without a gate: many families, few families, and half of the series under rules. */
async function otherDataSets(options: BenchOptions): Promise<Row[]> {
  const scale = options.short ? 0.1 : 1;
  const shapes: readonly (readonly [DataSetName, number, number])[] = [
    ['few-families-many-series', 10, 12_500 * scale],
    ['many-families', 5_000 * scale, 25],
    ['job-rules', 50, 2_500 * scale],
  ];
  const rows: Row[] = [];
  for (const [dataSet, families, seriesPerFamily] of shapes) {
    const found = await measure(options, { dataSet, size: { families, seriesPerFamily }, mode: 'memory' });
    rows.push({ what: `replay, ${dataSet}`, measured: describe(found) });
  }
  return rows;
}

type Shape = Pick<ReplaySpec, 'dataSet' | 'size' | 'mode'>;

async function measure(options: BenchOptions, shape: Shape): Promise<ReplayFigures> {
  const common = { shards: SHARDS, replicas: REPLICAS, chunkBytes: options.chunkBytes, nowMs: Date.now() };
  const found = await measureReplay({ ...common, ...shape }, options.runs);
  progress(`replay ${shape.dataSet}: ${describe(found)}`);
  return found;
}

function baseRows(found: ReplayFigures): Row[] {
  const millions = `${(found.seriesIn / 1e6).toFixed(2)} M`;
  return [
    boundRow({
      what: `replay over HTTP, ${millions} series in`,
      value: found.samplesPerSecond / 1e6,
      unit: 'M samples/s in',
      atLeast: 2,
      aim: '5 M',
      note: `${found.megabytesPerSecond.toFixed(0)} MB/s`,
    }),
    boundRow({ what: `peak memory at ${millions}`, value: found.peakBytes / MB, unit: 'MB', digits: 0, atMost: 250 }),
    boundRow({
      what: "first byte after the slowest replica's own",
      value: found.firstByteDelayMs,
      unit: 'ms',
      digits: 1,
      atMost: 100,
      aim: '+ 20 ms',
    }),
    boundRow({
      what: 'event-loop delay, 99th percentile',
      value: found.eventLoopP99Ms,
      unit: 'ms',
      digits: 1,
      atMost: 20,
      note: `health answers in ${found.healthP99Ms.toFixed(1)} ms`,
    }),
    {
      what: 'native addons loaded in the gateway',
      must: 'none',
      measured: found.nativeAddons.join(' ') || 'none',
      ok: found.nativeAddons.length === 0,
    },
  ];
}

function largeRows(base: ReplayFigures, large: ReplayFigures): Row[] {
  const millions = `${(large.seriesIn / 1e6).toFixed(2)} M`;
  return [
    boundRow({
      what: `peak memory at ${millions} ÷ at ${(base.seriesIn / 1e6).toFixed(2)} M`,
      value: large.peakBytes / base.peakBytes,
      unit: '×',
      atMost: 1.2,
      aim: 'flat',
      note: `${(large.peakBytes / MB).toFixed(0)} MB`,
    }),
    boundRow({
      what: `time a series at ${millions} ÷ at ${(base.seriesIn / 1e6).toFixed(2)} M`,
      value: base.samplesPerSecond / large.samplesPerSecond,
      unit: '×',
      atMost: 1.2,
      aim: 'linear',
      note: describe(large),
    }),
  ];
}

function describe(found: ReplayFigures): string {
  return [
    `${(found.samplesPerSecond / 1e6).toFixed(2)} M samples/s`,
    `${found.megabytesPerSecond.toFixed(0)} MB/s`,
    `${found.totalMs.toFixed(0)} ms`,
    `${(found.peakBytes / MB).toFixed(0)} MB peak`,
    `first byte + ${found.firstByteDelayMs.toFixed(1)} ms`,
    `loop p99 ${found.eventLoopP99Ms.toFixed(1)} ms`,
  ].join(', ');
}

if (import.meta.main) await runBenches([benchReplay]);
