import type { BenchOptions } from '../lib/bench-options.ts';
import { startQueryFleet, startSeconds, type QueryFleetSize } from '../lib/query-fleet.ts';
import { measureQuery, type QueryRow } from '../lib/query-row.ts';
import { boundRow, type Row } from '../lib/row.ts';
import { progress, runBenches } from '../lib/run-bench.ts';

const SIX_HOURS = 6 * 3600;
/** Of ranges, where samples are not further apart. */
const STEP_SECONDS = 120;

interface Stage extends QueryFleetSize {
  readonly pairs: number;
  /** Pairs before those that count, by kind: instants of few series take so little that compilers are not done soon. */
  readonly warmUps: Readonly<Record<'instant' | 'range', number>>;
  /** Whether ranges are asked for, too. */
  readonly hasRanges: boolean;
}

/** Six hours of samples each, the more series the fewer; a million as they are at one moment. */
const stages: readonly Stage[] = [
  { series: 1000, samples: 720, intervalSeconds: 30, pairs: 15, warmUps: { instant: 150, range: 30 }, hasRanges: true },
  { series: 10_000, samples: 360, intervalSeconds: 60, pairs: 7, warmUps: { instant: 10, range: 3 }, hasRanges: true },
  { series: 100_000, samples: 72, intervalSeconds: 300, pairs: 3, warmUps: { instant: 3, range: 1 }, hasRanges: true },
  { series: 1_000_000, samples: 3, intervalSeconds: 60, pairs: 3, warmUps: { instant: 1, range: 1 }, hasRanges: false },
];
const shortStages: readonly Stage[] = [
  { series: 200, samples: 120, intervalSeconds: 30, pairs: 1, warmUps: { instant: 1, range: 1 }, hasRanges: true },
];

/** Queries of the gateway beside those of the shards and of one server that holds everything. */
export async function benchQueries(options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const stage of options.short ? shortStages : stages) {
    if (options.series?.includes(stage.series) !== false) rows.push(...(await runStage(stage)));
  }
  return rows;
}

async function runStage(stage: Stage): Promise<Row[]> {
  progress(`${stage.series} series: writing the blocks of five servers`);
  const fleet = await startQueryFleet(stage);
  const end = startSeconds + stage.samples * stage.intervalSeconds - 1;
  const span = {
    start: Math.max(startSeconds, end - SIX_HOURS),
    end,
    stepSeconds: Math.max(STEP_SECONDS, stage.intervalSeconds),
  };
  const rows: Row[] = [];
  let eventLoopP99Ms = 0;
  try {
    for (const row of queryRows(stage)) {
      const measured = await measureQuery({ fleet, row, span, ...triesOf(row, stage) });
      progress(`${stage.series} series: ${measured.row.what}: ${measured.row.measured}`);
      rows.push({ ...measured.row, what: `${stage.series.toLocaleString('en')} series, ${measured.row.what}` });
      eventLoopP99Ms = Math.max(eventLoopP99Ms, measured.eventLoopP99Ms);
    }
    const what = `${stage.series.toLocaleString('en')} series: event-loop delay of the main thread, 99th percentile`;
    rows.push(boundRow({ what, value: eventLoopP99Ms, unit: 'ms', digits: 1, atMost: 20 }));
  } finally {
    await fleet.close();
  }
  return rows;
}

/** What one shard answers takes so little beside its noise that it is asked more often. */
function triesOf({ baseline, question }: QueryRow, { pairs, warmUps }: Stage): { pairs: number; warmUps: number } {
  const isNarrow = typeof baseline === 'object';
  return { pairs: isNarrow && pairs > 1 ? 3 * pairs : pairs, warmUps: warmUps[question.kind] };
}

function queryRows({ intervalSeconds, hasRanges }: Stage): readonly QueryRow[] {
  const rate = (selector: string): string => `rate(${selector}[${Math.max(300, 4 * intervalSeconds)}s])`;
  const passthrough = { name: 'of one shard', baseline: { shard: 1 }, atMost: 1.1, orAddedMs: 2 } as const;
  const pushed = { name: 'sum pushed down', baseline: 'slowest shard', atMost: 1.3 } as const;
  const central = { name: 'quantile evaluated here', baseline: 'one server', atMost: 3 } as const;
  const instant = (query: string) => ({ kind: 'instant', query }) as const;
  const range = (query: string) => ({ kind: 'range', query }) as const;
  const instants: readonly QueryRow[] = [
    {
      ...passthrough,
      question: instant('sum by (job) (requests_total{slave="1"})'),
      baselineQuery: 'sum by (job) (requests_total)',
    },
    { ...pushed, question: instant('sum by (job) (requests_total)') },
    { ...central, question: instant('quantile by (job) (0.9, requests_total)') },
  ];
  if (!hasRanges) return instants;
  return [
    ...instants,
    { name: 'raw series', baseline: 'one server', atMost: 3, question: instant('requests_total') },
    {
      ...passthrough,
      question: range(`sum by (job) (${rate('requests_total{slave="1"}')})`),
      baselineQuery: `sum by (job) (${rate('requests_total')})`,
    },
    { ...pushed, question: range(`sum by (job) (${rate('requests_total')})`) },
    { ...central, question: range(`quantile by (job) (0.9, ${rate('requests_total')})`) },
  ];
}

if (import.meta.main) await runBenches([benchQueries]);
