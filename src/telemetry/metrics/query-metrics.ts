import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** A query or remote read that is over. */
interface ObservedQuery {
  readonly kind: 'instant' | 'range' | 'read';
  readonly outcome: string;
  readonly durationMs: number;
  /** Undefined where the client left before it was known. */
  readonly tally:
    | {
        readonly samplesRead: number;
        readonly upstreamBytes: number;
        readonly pushedParts: number;
        readonly fallbackParts: number;
      }
    | undefined;
}

/** Read when metrics are collected. */
interface QueryGauges {
  readonly running: number;
  readonly waiting: number;
}

export interface QueryMetrics {
  observe(query: ObservedQuery): void;
  /** A replica that did not answer while a sibling did. */
  countReplicaError(shard: string, replica: string, kind: string): void;
  /** Hands in where the gauges are read from; until then they are 0. */
  watch(read: () => QueryGauges): void;
}

export function createQueryMetrics(registry: Registry): QueryMetrics {
  const registers = [registry];
  const queries = new Counter({
    name: 'promgate_queries_total',
    help: 'Queries and remote reads by outcome: success or the type of the error.',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'promgate_query_duration_seconds',
    help: 'From the request to the last byte of the answer, waiting included.',
    labelNames: ['kind'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers,
  });
  const replicaErrors = new Counter({
    name: 'promgate_query_replica_errors_total',
    help: 'Answers of replicas that queries went on without, by kind of error.',
    labelNames: ['shard', 'replica', 'kind'] as const,
    registers,
  });
  const count = createTallyCounters(registers);
  return {
    observe({ kind, outcome, durationMs, tally }) {
      queries.inc({ kind, outcome });
      duration.observe({ kind }, durationMs / 1000);
      if (tally !== undefined) count(tally);
    },
    countReplicaError: (shard, replica, kind) => replicaErrors.inc({ shard, replica, kind }),
    watch: createQueryGauges(registers),
  };
}

function createTallyCounters(registers: Registry[]): (tally: NonNullable<ObservedQuery['tally']>) => void {
  const samples = new Counter({
    name: 'promgate_query_samples_total',
    help: 'Raw samples read for queries.',
    registers,
  });
  const bytes = new Counter({
    name: 'promgate_query_upstream_bytes_total',
    help: "Bytes of replicas' answers to queries, decompressed.",
    registers,
  });
  const parts = new Counter({
    name: 'promgate_query_parts_total',
    help: 'Parts of queries given to shards: pushed, or evaluated here after all (fallback).',
    labelNames: ['outcome'] as const,
    registers,
  });
  for (const outcome of ['pushed', 'fallback']) parts.inc({ outcome }, 0);
  return ({ samplesRead, upstreamBytes, pushedParts, fallbackParts }) => {
    samples.inc(samplesRead);
    bytes.inc(upstreamBytes);
    parts.inc({ outcome: 'pushed' }, pushedParts - fallbackParts);
    parts.inc({ outcome: 'fallback' }, fallbackParts);
  };
}

function createQueryGauges(registers: Registry[]): QueryMetrics['watch'] {
  let read = (): QueryGauges => ({ running: 0, waiting: 0 });
  const running: Gauge = new Gauge({
    name: 'promgate_queries_in_flight',
    help: 'Queries and remote reads under way.',
    collect: () => running.set(read().running),
    registers,
  });
  const waiting: Gauge = new Gauge({
    name: 'promgate_query_queue_length',
    help: 'Queries and remote reads that wait for their turn.',
    collect: () => waiting.set(read().waiting),
    registers,
  });
  return (source) => {
    read = source;
  };
}
