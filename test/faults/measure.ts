import { type RawSample, rawSamples } from '../servers/exposition/raw-samples.ts';
import { withoutReplica } from '../servers/exposition/replica-union.ts';
import type { PrometheusServer } from '../servers/process/prometheus.ts';
import { type RejectedSamples, rejectedSamples } from '../servers/topology/global-prometheus.ts';
import type { Client } from './client.ts';

import {
  counterResets,
  judgeJobLevel,
  longestPassedGap,
  type Gap,
  type JobLevelVerdict,
  type StoredSeries,
} from './series-verdict.ts';
import { DIRECT_SHARD, type Stage, type Victim } from './stage.ts';
import { type ErrorCounts, increase, readUpstreamErrors } from './upstream-errors.ts';

/** What one global server saw. */
interface Seen {
  readonly scrapes: number;
  readonly failed: number;
  readonly resets: readonly string[];
  readonly rejected: number;
  readonly logged: readonly string[];
  readonly passedGap: Gap | undefined;
  readonly jobLevel: JobLevelVerdict;
}

export interface Measurement {
  readonly seen: readonly Seen[];
  readonly requests: number;
  readonly errors: readonly string[];
  /** Beyond the median of the calm before. */
  readonly addedDelayMs: number;
  readonly kinds: ErrorCounts;
  /** Errors counted for replicas that nothing was done to, `closed` left out. */
  readonly othersKinds: ErrorCounts;
}

/** Fixes what is there before a fault. */
export interface Beginning {
  readonly startedMs: number;
  readonly rejected: readonly RejectedSamples[];
  readonly metrics: string;
  readonly calmDelayMs: number;
}

/** Looked at before a fault. */
const CALM_MS = 8000;

export async function begin({ view }: Stage, client: Client): Promise<Beginning> {
  const now = Date.now();
  const times = client.since(now - CALM_MS).map(({ durationMs }) => durationMs);
  return {
    startedMs: now,
    rejected: await Promise.all(view.globals.map(rejectedSamples)),
    metrics: await view.gateway.metrics(),
    calmDelayMs: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0,
  };
}

/** Looks back at everything since the beginning. */
export async function measure(
  stage: Stage,
  client: Client,
  beginning: Beginning,
  victim: Victim | undefined,
): Promise<Measurement> {
  const { view, fleet } = stage;
  const sibling =
    victim === undefined ? { shard: DIRECT_SHARD, replica: 0 } : { ...victim, replica: 1 - victim.replica };
  const server = stage.serverOf(sibling);
  const aspect = { replica: server.name.slice(-1), shardLabels: fleet.shards[sibling.shard]!.labels };
  const range = `${Math.ceil((Date.now() - beginning.startedMs + CALM_MS) / 1000)}s`;
  const own = since(await rawSamples(server, range, (labels) => withoutReplica(labels, aspect)), beginning.startedMs);
  const seen = await Promise.all(
    view.globals.map((global, i) =>
      look({ global, range, own, startedMs: beginning.startedMs, before: beginning.rejected[i]! }),
    ),
  );
  const questions = client.since(beginning.startedMs);
  const slowest = Math.max(0, ...questions.map(({ durationMs }) => durationMs));
  const metrics = await view.gateway.metrics();
  const grown = (accept: (labels: string) => boolean): ErrorCounts =>
    increase(readUpstreamErrors(beginning.metrics, accept), readUpstreamErrors(metrics, accept));
  const isVictim = (labels: string): boolean =>
    victim !== undefined && labels.includes(`replica="${stage.targetOf(victim)}"`);
  return {
    seen,
    requests: questions.length + seen.reduce((sum, { scrapes }) => sum + scrapes, 0),
    errors: questions.flatMap(({ error }) => error ?? []),
    addedDelayMs: Math.max(0, slowest - beginning.calmDelayMs),
    kinds: grown(isVictim),
    othersKinds: grown((labels) => !isVictim(labels) && !labels.includes('kind="closed"')),
  };
}

interface Look {
  readonly global: PrometheusServer;
  readonly range: string;
  /** Of the living sibling. */
  readonly own: StoredSeries;
  readonly startedMs: number;
  readonly before: RejectedSamples;
}

async function look({ global, range, own, startedMs, before }: Look): Promise<Seen> {
  const all = await rawSamples(global, range);
  const stored = since(all, startedMs);
  const scrapes = [...stored].find(([key]) => key.startsWith('["up"') && key.includes('"job","federate"'))?.[1] ?? [];
  const after = await rejectedSamples(global);
  const logged = after.lines.slice(before.lines.length);
  const rejected =
    after.duplicate +
    after.outOfOrder +
    after.outOfBounds +
    after.storedOutOfOrder -
    (before.duplicate + before.outOfOrder + before.outOfBounds + before.storedOutOfOrder);
  return {
    scrapes: scrapes.length,
    failed: scrapes.filter(({ value }) => value !== 1).length,
    resets: counterResets(stored),
    rejected,
    logged,
    passedGap: longestPassedGap(stored, own, scrapes),
    jobLevel: judgeJobLevel(stored, until(all, startedMs), scrapes),
  };
}

/** The last samples before the moment stay, so that a gap that begins with it is seen. */
const LEAD_MS = 1500;

function since(series: StoredSeries, startedMs: number): Map<string, RawSample[]> {
  return select(series, ({ timestampMs }) => timestampMs >= startedMs - LEAD_MS);
}

function until(series: StoredSeries, endMs: number): Map<string, RawSample[]> {
  return select(series, ({ timestampMs }) => timestampMs < endMs);
}

function select(series: StoredSeries, keep: (sample: RawSample) => boolean): Map<string, RawSample[]> {
  const kept = [...series].map(([key, samples]): [string, RawSample[]] => [key, samples.filter(keep)]);
  return new Map(kept.filter(([, samples]) => samples.length > 0));
}
