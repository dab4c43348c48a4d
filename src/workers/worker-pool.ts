import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { setFlagsFromString } from 'node:v8';
import { Piscina } from 'piscina';
import { GatewayError } from '../model/errors.ts';
import { createAdmission } from './admission.ts';
import { createLeastBusyBalancer } from './least-busy.ts';
import { createBlockReceiver, type BlockReceiver } from './block-channel.ts';

/** What a task entry function is called with: the task itself and its end of the channel. */
export interface TaskCall<Task> {
  readonly task: Task;
  readonly port: MessagePort;
}

export interface WorkerPoolOptions {
  /** The file whose export `name` runs one task: `(call: TaskCall) => Promise<void>`; its export `ping` does nothing. */
  readonly entry: URL;
  readonly name: string;
  /** Plain data that every thread gets once, when it starts. */
  readonly workerData: unknown;
  readonly threads: number;
  /** Threads start with the first task that needs them, and end after a while without one; default: all at once. */
  readonly startsEmpty?: boolean;
  /** Room for short-lived objects of one thread; a small nursery keeps memory low, a large one collects less often. */
  readonly nurseryMb: number;
  /** Tasks that may be under way at once, over all threads. */
  readonly slots: number;
  readonly onCrash: (error: Error) => void;
}

/** Threads that run streaming tasks; see {@link createBlockReceiver} for how a task's output arrives. */
export interface WorkerPool<Task, Meta, Result> {
  readonly threads: number;
  readonly slots: number;
  readonly waiting: number;
  readonly running: number;
  /** Resolves when a thread can run tasks; rejects when the entry file does not load. */
  ready(): Promise<void>;
  /** Slots for all tasks of one request, all or none; to be held until each of its tasks has ended. */
  admit(tasks: number, signal: AbortSignal): Promise<() => void>;
  /** Changes how many tasks may be under way at once; those under way go on. */
  resize(slots: number): void;
  /** Starts a task; only within admitted slots. A thread that dies makes the receiver fail with `PG_WORKER_CRASHED`. */
  start(task: Task): BlockReceiver<Meta, Result> & { readonly ended: Promise<void> };
  close(): Promise<void>;
}

/** How long a thread that could end stays. */
const IDLE_TIMEOUT_MS = 10 * 60_000;

/**
 * A pool in which every admitted task starts at once: a thread takes as many tasks as there are slots for it, because
 * tasks spend most of their time waiting for bytes and must not wait for one another.
 */
export function createWorkerPool<Task, Meta, Result>(options: WorkerPoolOptions): WorkerPool<Task, Meta, Result> {
  const admission = createAdmission(options.slots);
  // The main thread's nursery is set on the command line, and what is set there counts for every thread to come.
  setFlagsFromString('--max-semi-space-size=0');
  const pool = new Piscina<TaskCall<Task>, void>({
    filename: fileURLToPath(options.entry),
    name: options.name,
    minThreads: options.startsEmpty === true ? 0 : options.threads,
    idleTimeout: IDLE_TIMEOUT_MS,
    maxThreads: options.threads,
    // The balancer has a bound of its own, which may change.
    concurrentTasksPerWorker: Number.MAX_SAFE_INTEGER,
    loadBalancer: createLeastBusyBalancer(() => Math.ceil(admission.capacity / options.threads)),
    // A thread that waits on a futex between tasks would not see its keep-alive sockets close.
    atomics: 'disabled',
    resourceLimits: { maxYoungGenerationSizeMb: options.nurseryMb },
    workerData: options.workerData,
    closeTimeout: 1000,
  });
  // Without a listener an error outside of a task would end the process.
  pool.on('error', options.onCrash);
  let running = 0;

  const start = (task: Task): BlockReceiver<Meta, Result> & { readonly ended: Promise<void> } => {
    const { port1, port2 } = new MessageChannel();
    const receiver = createBlockReceiver<Meta, Result>(port1);
    running += 1;
    const ended = pool
      .run({ task, port: port2 }, { transferList: [port2] })
      .catch((error: unknown) => {
        options.onCrash(error instanceof Error ? error : new Error(String(error)));
        receiver.fail(
          new GatewayError('PG_WORKER_CRASHED', 'a worker thread died while it read this shard', { cause: error }),
        );
      })
      .finally(() => {
        running -= 1;
      });
    return { ...receiver, ended };
  };

  return {
    threads: options.threads,
    get slots() {
      return admission.capacity;
    },
    resize: (slots) => admission.resize(slots),
    get waiting() {
      return admission.waiting;
    },
    get running() {
      return running;
    },
    ready: () => pool.run({} as TaskCall<Task>, { name: 'ping' }),
    admit: (tasks, signal) => admission.acquire(tasks, signal),
    start,
    close: () => pool.close(),
  };
}
