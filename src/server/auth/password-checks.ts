import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { GatewayError } from '../../model/errors.ts';
import { createAdmission } from '../../workers/admission.ts';
import type { PasswordTask } from './password-task.ts';

export interface PasswordChecks {
  /**
   * Whether `password` belongs to the bcrypt hash `hash`.
   * @throws GatewayError `PG_OVERLOADED` when `maxQueued` checks wait already, `PG_CLIENT_GONE` when `signal` fires first.
   */
  check(task: PasswordTask, signal: AbortSignal): Promise<boolean>;
  readonly waiting: number;
  close(): Promise<void>;
}

export interface PasswordChecksOptions {
  readonly threads: number;
  readonly maxQueued: number;
}

const IDLE_TIMEOUT_MS = 60_000;

/** Threads for bcrypt alone, so that neither the event loop nor a scrape waits for it. They start with the first check. */
export function createPasswordChecks({ threads, maxQueued }: PasswordChecksOptions): PasswordChecks {
  const pool = new Piscina<PasswordTask, boolean>({
    // The published package holds compiled files.
    filename: fileURLToPath(new URL(`./password-task${extname(import.meta.url)}`, import.meta.url)),
    name: 'checkPassword',
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_TIMEOUT_MS,
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 },
    closeTimeout: 1000,
  });
  // What fails a check rejects its promise; without a listener it would end the process beside that.
  pool.on('error', () => {});
  const admission = createAdmission(threads);
  return {
    async check(task, signal) {
      if (admission.waiting >= maxQueued) {
        throw new GatewayError('PG_OVERLOADED', `${maxQueued} password checks wait already: ask again later`);
      }
      const release = await admission.acquire(1, signal);
      try {
        return await pool.run(task);
      } finally {
        release();
      }
    },
    get waiting() {
      return admission.waiting;
    },
    close: () => pool.close(),
  };
}
