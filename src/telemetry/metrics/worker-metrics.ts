import { Counter, Gauge, type Registry } from 'prom-client';

type TaskOutcome = 'complete' | 'failed' | 'aborted' | 'crashed';

/** Read when metrics are collected. */
interface PoolGauges {
  readonly threads: number;
  /** Shard tasks that wait for a place. */
  readonly queueLength: number;
}

export interface WorkerMetrics {
  countBytes(thread: number, bytes: number): void;
  countTask(outcome: TaskOutcome): void;
  countCrash(): void;
  /** Hands in where the gauges of the pool are read from; until then they are 0. */
  watchPool(read: () => PoolGauges): void;
}

export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  const registers = [registry];
  const bytes = new Counter({
    name: 'promgate_worker_bytes_total',
    help: 'Bytes of exposition scanned, by worker thread.',
    labelNames: ['thread'] as const,
    registers,
  });
  const tasks = new Counter({
    name: 'promgate_worker_tasks_total',
    help: 'Shard tasks by outcome: complete, failed, aborted or crashed.',
    labelNames: ['outcome'] as const,
    registers,
  });
  for (const outcome of ['complete', 'failed', 'aborted', 'crashed']) tasks.inc({ outcome }, 0);
  const crashes = new Counter({
    name: 'promgate_worker_crashes_total',
    help: 'Worker threads that died and were replaced.',
    registers,
  });
  return {
    countBytes: (thread, count) => bytes.inc({ thread: String(thread) }, count),
    countTask: (outcome) => tasks.inc({ outcome }),
    countCrash: () => crashes.inc(),
    watchPool: createPoolGauges(registers),
  };
}

function createPoolGauges(registers: Registry[]): WorkerMetrics['watchPool'] {
  let read = (): PoolGauges => ({ threads: 0, queueLength: 0 });
  const queueLength: Gauge = new Gauge({
    name: 'promgate_worker_queue_length',
    help: 'Shard tasks that wait for a place on a worker thread.',
    collect: () => queueLength.set(read().queueLength),
    registers,
  });
  const threads: Gauge = new Gauge({
    name: 'promgate_worker_threads',
    help: 'Worker threads that are up.',
    collect: () => threads.set(read().threads),
    registers,
  });
  return (source) => {
    read = source;
  };
}
