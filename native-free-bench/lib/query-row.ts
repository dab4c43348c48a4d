import { difference } from '../../test/conformance/query/compare-answers.ts';
import { compareInPairs } from './compare-in-pairs.ts';
import { eventLoopP99Of } from './event-loop-delay.ts';
import { sampleMemory } from './memory-sampler.ts';
import type { QueryFleet } from './query-fleet.ts';
import { askTimed, parseTimed, type Question, type TimeSpan } from './query-question.ts';
import type { Row } from './row.ts';
import { median } from './statistics.ts';

const MB = 1e6;

/** One shard asked itself, all shards asked at once (until the slowest has answered), or the server that holds everything. */
type Baseline = { readonly shard: number } | 'slowest shard' | 'one server';

export interface QueryRow {
  readonly name: string;
  /** What the gateway is asked. */
  readonly question: Question;
  readonly baseline: Baseline;
  /** What the baseline is asked, where that is not the same. */
  readonly baselineQuery?: string;
  /** The largest ratio that is good enough. */
  readonly atMost: number;
  /** Milliseconds above the baseline that are good enough whatever the ratio. */
  readonly orAddedMs?: number;
}

export interface QueryMeasurement {
  readonly fleet: QueryFleet;
  readonly row: QueryRow;
  readonly span: TimeSpan;
  readonly pairs: number;
  /** Pairs before those that count: compilers need some runs of what takes a few milliseconds. */
  readonly warmUps: number;
}

export interface MeasuredQuery {
  readonly row: Row;
  /** Of the gateway's main thread while it was asked, and some time before. */
  readonly eventLoopP99Ms: number;
}

/**
 * Asks gateway and baseline in turn, after pairs that warm both. The first answer must be right.
 * @throws an `Error` where the gateway's answer is not that of one server
 */
export async function measureQuery({ fleet, row, span, pairs, warmUps }: QueryMeasurement): Promise<MeasuredQuery> {
  const { gateway } = fleet;
  await assertRight(fleet, row, span);
  for (let i = 0; i < warmUps; i++) {
    await askBaseline(fleet, row, span);
    await askTimed(gateway.url, row.question, span);
  }
  const before = await readGateway(gateway.url);
  const memory = sampleMemory(gateway.process.pid);
  const { ratio, base, subject } = await compareInPairs({
    pairs,
    base: () => askBaseline(fleet, row, span),
    subject: async () => (await askTimed(gateway.url, row.question, span)).ms,
    measure: (ms) => ms,
  });
  const peak = memory.stop().currentPeakBytes / MB;
  const after = await readGateway(gateway.url);
  const bytes = (after.bytesFromShards - before.bytesFromShards) / pairs / MB;
  const [baseMs, ownMs] = [median(base), median(subject)];
  const isFewMs = row.orAddedMs !== undefined && ownMs - baseMs <= row.orAddedMs;
  const against =
    row.baseline === 'one server' ? 'one server' : row.baseline === 'slowest shard' ? 'slowest shard' : 'the shard';
  return {
    eventLoopP99Ms: after.eventLoopP99Ms,
    row: {
      what: `${row.name}, ${row.question.kind}: ÷ ${against}`,
      must: `≤ ${row.atMost} ×${row.orAddedMs === undefined ? '' : ` or + ${row.orAddedMs} ms`}`,
      measured: `${ratio.toFixed(2)} × (${ownMs.toFixed(1)} ms against ${baseMs.toFixed(1)} ms; ${bytes.toFixed(1)} MB from shards; resident ${peak.toFixed(0)} MB)`,
      ok: ratio <= row.atMost || isFewMs,
    },
  };
}

async function assertRight({ gateway, reference }: QueryFleet, { question }: QueryRow, span: TimeSpan): Promise<void> {
  const [own, wanted] = [await askTimed(gateway.url, question, span), await askTimed(reference.url, question, span)];
  const problem = difference(parseTimed(own), parseTimed(wanted));
  if (problem !== undefined) throw new Error(`${question.query}: the gateway is wrong: ${problem}`);
  if (own.text.length < 200) throw new Error(`${question.query}: an answer of nothing: ${own.text}`);
}

async function askBaseline({ reference, shards }: QueryFleet, row: QueryRow, span: TimeSpan): Promise<number> {
  const question = { ...row.question, query: row.baselineQuery ?? row.question.query };
  const asked =
    row.baseline === 'one server'
      ? [reference]
      : row.baseline === 'slowest shard'
        ? shards
        : [shards[row.baseline.shard]!];
  const answers = await Promise.all(asked.map(({ url }) => askTimed(url, question, span)));
  return Math.max(...answers.map(({ ms }) => ms));
}

async function readGateway(url: string): Promise<{ bytesFromShards: number; eventLoopP99Ms: number }> {
  const body = await (await fetch(`${url}/metrics`)).text();
  return {
    bytesFromShards: Number(/^promgate_query_upstream_bytes_total (\S+)$/m.exec(body)?.[1]),
    eventLoopP99Ms: eventLoopP99Of(body),
  };
}
