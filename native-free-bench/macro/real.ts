import type { Fleet } from '../../test/servers/topology/fleet.ts';
import { assertUnion } from '../lib/assert-union.ts';
import { withGateway } from '../lib/bench-gateway.ts';
import type { BenchOptions } from '../lib/bench-options.ts';
import { compareInPairs, type Comparison } from '../lib/compare-in-pairs.ts';
import { curl, curlAll, federateUrl, type Transfer } from '../lib/curl.ts';
import { sampleMemory } from '../lib/memory-sampler.ts';
import { nativeAddons } from '../lib/native-addons.ts';
import { eventLoopP99Ms } from '../lib/event-loop-delay.ts';
import { EXPORTED, exportedSeries, findPrometheus, withRealFleet, type RealFleetSize } from '../lib/real-fleet.ts';
import { boundRow, type Row } from '../lib/row.ts';
import { progress, runBenches } from '../lib/run-bench.ts';
import { median } from '../lib/statistics.ts';

const FULL: RealFleetSize = { targets: 50, familiesPerTarget: 100, seriesPerFamily: 25 };
const SHORT: RealFleetSize = { targets: 10, familiesPerTarget: 20, seriesPerFamily: 25 };
const MB = 1e6;

/**
 * Real Prometheus servers side by side: one shard of 2 replicas × 125,000 series, the time of the gateway's answer
 * against that of fetching both replicas in parallel with curl.
 */
export async function benchReal(options: BenchOptions): Promise<Row[]> {
  const size = options.short ? SHORT : FULL;
  const prometheus = await findPrometheus();
  if ('missing' in prometheus) return [missingRow(prometheus.missing)];
  progress(`real Prometheus: 2 replicas × ${exportedSeries(size)} series, waiting for the first scrapes`);
  return withRealFleet(prometheus.path, size, async (fleet) => {
    const plain = await measureReal(fleet, { ...options, compression: false });
    const gzip = await measureReal(fleet, { ...options, compression: true });
    return [...gatedRows(plain, exportedSeries(size)), reportedRow(gzip)];
  });
}

/** A full run without a real server has not shown what it must; a short one (whose gates are off) just says so. */
function missingRow(reason: string): Row {
  return { what: 'real Prometheus side by side', must: '≤ 1.25 ×', measured: `not measured: ${reason}`, ok: false };
}

interface RealFigures {
  /** Gateway against both replicas in parallel, both in plain text and both in gzip as the gateway asks for it. */
  readonly comparison: Comparison<Transfer>;
  readonly ratioToPlain: number;
  readonly firstByteDelayMs: number;
  readonly peakBytes: number;
  readonly eventLoopP99Ms: number;
  readonly nativeAddons: readonly string[];
}

async function measureReal(fleet: Fleet, options: BenchOptions & { compression: boolean }): Promise<RealFigures> {
  const { compression, runs } = options;
  const replicas = fleet.shards.flatMap((shard) => shard.replicas);
  const urls = replicas.map((replica) => federateUrl(replica.url, [EXPORTED]));
  const shards = [replicas.map((replica) => replica.address)];
  return withGateway({ shards, compression }, async ({ url, process }) => {
    const memory = sampleMemory(process.pid);
    const replicaUrls = replicas.map((replica) => replica.url);
    const series = await assertUnion(url, replicaUrls, EXPORTED);
    progress(`real Prometheus: ${series} series as the union of both replicas`);
    const comparison = await compareInPairs({
      pairs: Math.max(runs, 2),
      base: () => curlAll(urls, { compressed: compression }),
      subject: () => curl(federateUrl(url, [EXPORTED])),
      measure: (transfer) => transfer.totalMs,
    });
    const plain = compression ? await curlAll(urls) : undefined;
    const delays = comparison.subject.map((answer, pair) => answer.firstByteMs - comparison.base[pair]!.firstByteMs);
    return {
      comparison,
      ratioToPlain: plain === undefined ? comparison.ratio : medianMs(comparison.subject) / plain.totalMs,
      firstByteDelayMs: median(delays),
      peakBytes: memory.stop().peakBytes,
      eventLoopP99Ms: await eventLoopP99Ms(url),
      nativeAddons: nativeAddons(process.pid),
    };
  });
}

function medianMs(transfers: readonly Transfer[]): number {
  return median(transfers.map((transfer) => transfer.totalMs));
}

function gatedRows(found: RealFigures, series: number): Row[] {
  const { comparison } = found;
  return [
    boundRow({
      what: `real Prometheus, 2 replicas × ${series} series, plain upstream: gateway ÷ parallel curl`,
      value: comparison.ratio,
      unit: '×',
      atMost: 1.25,
      aim: '≤ 1.05 ×',
      note: `${medianMs(comparison.subject).toFixed(0)} ms against ${medianMs(comparison.base).toFixed(0)} ms`,
    }),
    boundRow({
      what: 'real Prometheus: first byte after the slowest replica’s own',
      value: found.firstByteDelayMs,
      unit: 'ms',
      digits: 1,
      atMost: 100,
      aim: '+ 20 ms',
    }),
    boundRow({
      what: 'real Prometheus: peak memory of the gateway',
      value: found.peakBytes / MB,
      unit: 'MB',
      digits: 0,
      atMost: 250,
      note: `loop p99 ${found.eventLoopP99Ms.toFixed(1)} ms, native addons: ${found.nativeAddons.join(' ') || 'none'}`,
    }),
  ];
}

function reportedRow(found: RealFigures): Row {
  const { comparison } = found;
  const against = `${medianMs(comparison.subject).toFixed(0)} ms against ${medianMs(comparison.base).toFixed(0)} ms`;
  return {
    what: 'real Prometheus, gzip upstream: gateway ÷ parallel curl --compressed',
    measured: `${comparison.ratio.toFixed(2)} × (${against}; ${found.ratioToPlain.toFixed(2)} × plain curl; peak ${(found.peakBytes / MB).toFixed(0)} MB)`,
  };
}

if (import.meta.main) await runBenches([benchReal]);
