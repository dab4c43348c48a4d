import { createDataSet } from '../data/data-sets.ts';
import { aggregateOf } from '../data/job-rules.ts';
import { assertCounts } from './assert-answer.ts';
import { withGateway } from './bench-gateway.ts';
import { curl, federateUrl, type Transfer } from './curl.ts';
import { createHealthProbe, type HealthProbe } from './health-probe.ts';
import { sampleMemory } from './memory-sampler.ts';
import { nativeAddons } from './native-addons.ts';
import { eventLoopP99Ms } from './event-loop-delay.ts';
import { withReplayFleet } from './replay-fleet.ts';
import { JOB_RULES } from './replay-rules.ts';
import type { ReplaySpec } from './replay-spec.ts';
import { median } from './statistics.ts';

export interface ReplayFigures {
  readonly seriesIn: number;
  readonly samplesPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly totalMs: number;
  readonly peakBytes: number;
  /** Gateway's first byte less the slowest replica's own, both asked alone. */
  readonly firstByteDelayMs: number;
  readonly eventLoopP99Ms: number;
  readonly healthP99Ms: number;
  readonly nativeAddons: readonly string[];
}

/** So many series pass before time is taken: V8 compiles what runs often, and a gateway runs for months. */
const WARM_UP = { series: 10_000_000, answers: 10 };

/**
 * One data set through a fresh gateway: first a counted answer and others that warm up, then `runs` timed ones, each
 * beside a look at how soon the replicas themselves answer, and an answer during which the gateway's health is asked for.
 * Memory covers all of it, from the start of the process.
 */
export function measureReplay(spec: ReplaySpec, runs: number): Promise<ReplayFigures> {
  return withReplayFleet(spec, ({ shards }) =>
    withGateway({ shards, compression: false, rules: rulesFor(spec) }, async ({ url, process }) => {
      const memory = sampleMemory(process.pid);
      await assertCounts(federateUrl(url), { series: seriesOut(spec), shards: spec.shards });
      for (let answer = 1; answer < warmUps(spec); answer++) await curl(federateUrl(url));
      const health = createHealthProbe(url);
      const { direct, answers } = await timeAnswers({ replicas: shards.flat(), gateway: url, health, runs });
      return {
        ...figures(spec, direct, answers),
        healthP99Ms: health.p99Ms(),
        eventLoopP99Ms: await eventLoopP99Ms(url),
        peakBytes: memory.stop().peakBytes,
        nativeAddons: nativeAddons(process.pid),
      };
    }),
  );
}

interface TimedFleet {
  readonly replicas: readonly string[];
  readonly gateway: string;
  readonly health: HealthProbe;
  readonly runs: number;
}

async function timeAnswers(of: TimedFleet): Promise<Timings> {
  const direct: Transfer[][] = [];
  const answers: Transfer[] = [];
  for (let run = 0; run < of.runs; run++) {
    const alone: Transfer[] = [];
    for (const address of of.replicas) alone.push(await curl(federateUrl(`http://${address}`)));
    direct.push(alone);
    answers.push(await curl(federateUrl(of.gateway)));
    // In an answer of its own: who asks, and is answered, takes time from what is measured.
    await of.health.during(() => curl(federateUrl(of.gateway)));
  }
  return { direct, answers };
}

interface Timings {
  /** Per run, the replicas one after the other. */
  readonly direct: readonly (readonly Transfer[])[];
  readonly answers: readonly Transfer[];
}

function figures(spec: ReplaySpec, direct: Timings['direct'], answers: Timings['answers']): Throughput {
  const seriesIn = seriesInOf(spec);
  const totalMs = median(answers.map((answer) => answer.totalMs));
  const bytesIn = (direct[0] ?? []).reduce((sum, transfer) => sum + transfer.bytes, 0);
  const delays = answers.map((answer, run) => answer.firstByteMs - slowestFirstByte(direct[run]!));
  return {
    seriesIn,
    totalMs,
    samplesPerSecond: (seriesIn / totalMs) * 1_000,
    megabytesPerSecond: bytesIn / totalMs / 1_000,
    firstByteDelayMs: median(delays),
  };
}

type Throughput = Pick<
  ReplayFigures,
  'seriesIn' | 'totalMs' | 'samplesPerSecond' | 'megabytesPerSecond' | 'firstByteDelayMs'
>;

function slowestFirstByte(transfers: readonly Transfer[]): number {
  return Math.max(...transfers.map((transfer) => transfer.firstByteMs));
}

function rulesFor(spec: ReplaySpec): typeof JOB_RULES {
  return spec.dataSet === 'job-rules' ? JOB_RULES : [];
}

function seriesInOf({ dataSet, size, shards, replicas }: ReplaySpec): number {
  const { families, seriesPerFamily } = createDataSet(dataSet, size);
  return families * seriesPerFamily * shards * replicas;
}

function warmUps(spec: ReplaySpec): number {
  return Math.min(WARM_UP.answers, Math.ceil(WARM_UP.series / seriesInOf(spec)));
}

/** Series without gaps: every shard's own, plus one `job:*` series for each recorded one whatever the number of shards. */
function seriesOut(spec: ReplaySpec): number {
  const data = createDataSet(spec.dataSet, spec.size);
  const recorded = Array.from({ length: data.families }, (_, family) => aggregateOf(data.familyName(family)));
  const outputs = recorded.filter((aggregate) => aggregate !== undefined).length;
  return (data.families * spec.shards + outputs) * data.seriesPerFamily;
}
