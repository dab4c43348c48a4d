import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ErrorCode } from '../../model/errors.ts';

interface ReplicaLabels {
  readonly shard: string;
  readonly replica: string;
}

/** One read of one replica; the outcome of a replica as a worker returns it fits. */
export interface UpstreamRead {
  readonly result: 'unused' | 'complete' | 'failed' | 'dropped';
  readonly error?: { readonly code: ErrorCode };
  readonly series: number;
  /** Unix ms; not finite where nothing was read. */
  readonly newestSampleMs: number;
  /** Decompressed, and as transferred. */
  readonly bytes: number;
  readonly wireBytes: number;
  /** NaN when not reached. */
  readonly firstByteMs: number;
  readonly durationMs: number;
  readonly order: 'unknown' | 'sorted' | 'unsorted';
}

export interface UpstreamMetrics {
  /** Counts one read; one that was not used counts nothing. */
  observeRead(labels: ReplicaLabels, read: UpstreamRead): void;
  /** Counts the failure of a read other than for federation. */
  countError(labels: ReplicaLabels, kind: string): void;
  /** Whether the replica is left alone because it failed again and again. */
  setBreaker(labels: ReplicaLabels, isOpen: boolean): void;
}

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** `errorKind` gives the label `kind` of an error. */
export function createUpstreamMetrics(registry: Registry, errorKind: (code: ErrorCode) => string): UpstreamMetrics {
  const times = createReadTimes(registry);
  const volume = createReadVolume(registry);
  const registers = [registry];
  const errors = new Counter({
    name: 'promgate_upstream_errors_total',
    help: 'Reads of a replica that failed or were dropped, by kind of error.',
    labelNames: ['shard', 'replica', 'kind'] as const,
    registers,
  });
  const unsorted = new Counter({
    name: 'promgate_unsorted_reads_total',
    help: 'Reads whose lines did not come in label order and had to be buffered by family.',
    labelNames: ['shard', 'replica'] as const,
    registers,
  });
  const breakers = new Gauge({
    name: 'promgate_upstream_breaker_open',
    help: '1 for a replica that failed again and again and is left alone for a while.',
    labelNames: ['shard', 'replica'] as const,
    registers,
  });
  return {
    setBreaker: ({ shard, replica }, isOpen) => breakers.set({ shard, replica }, isOpen ? 1 : 0),
    countError: ({ shard, replica }, kind) => errors.inc({ shard, replica, kind }),
    observeRead({ shard, replica }, read) {
      if (read.result === 'unused') return;
      const labels = { shard, replica };
      times.observe(labels, read);
      volume.observe(labels, read);
      if (read.order === 'unsorted') unsorted.inc(labels);
      if (read.result !== 'complete') errors.inc({ ...labels, kind: kindOf(read, errorKind) });
    },
  };
}

function kindOf({ result, error }: UpstreamRead, errorKind: (code: ErrorCode) => string): string {
  return error === undefined ? result : errorKind(error.code);
}

type Observer = { observe(labels: { shard: string; replica: string }, read: UpstreamRead): void };

function createReadTimes(registry: Registry): Observer {
  const shared = { labelNames: ['shard', 'replica'] as const, registers: [registry] };
  const duration = new Histogram({
    name: 'promgate_upstream_request_duration_seconds',
    help: 'Time of one read of a replica, from the request to the end of the body.',
    buckets,
    ...shared,
  });
  const firstByte = new Histogram({
    name: 'promgate_upstream_first_byte_seconds',
    help: 'Time from the request to a replica to the first byte of its body.',
    buckets,
    ...shared,
  });
  const newest = new Gauge({
    name: 'promgate_upstream_newest_sample_timestamp_seconds',
    help: 'Unix time of the newest sample of the last read that had one.',
    ...shared,
  });
  return {
    observe(labels, read) {
      if (Number.isFinite(read.durationMs)) duration.observe(labels, read.durationMs / 1000);
      if (Number.isFinite(read.firstByteMs)) firstByte.observe(labels, read.firstByteMs / 1000);
      if (Number.isFinite(read.newestSampleMs)) newest.set(labels, read.newestSampleMs / 1000);
    },
  };
}

function createReadVolume(registry: Registry): Observer {
  const shared = { labelNames: ['shard', 'replica'] as const, registers: [registry] };
  const bytes = new Counter({
    name: 'promgate_upstream_bytes_total',
    help: 'Bytes of exposition read from a replica, decompressed.',
    ...shared,
  });
  const wireBytes = new Counter({
    name: 'promgate_upstream_wire_bytes_total',
    help: 'Bytes of body received from a replica, as transferred.',
    ...shared,
  });
  const samples = new Counter({
    name: 'promgate_upstream_samples_total',
    help: 'Samples read from a replica.',
    ...shared,
  });
  return {
    observe(labels, read) {
      bytes.inc(labels, read.bytes);
      wireBytes.inc(labels, read.wireBytes);
      samples.inc(labels, read.series);
    },
  };
}
