import { GatewayError } from '../../model/errors.ts';
import type { ReadLimits } from '../upstream-target.ts';

interface LimitOptions {
  /** Unix ms. */
  readonly now: () => number;
  /** The error at the deadline. */
  readonly late: () => GatewayError;
}

const maxTimerMs = 2 ** 31 - 1;

/**
 * What others wait for too, waited for no longer than a read may take: `wanted` itself goes on.
 * @throws GatewayError as `late`; the reason of the signal, or `PG_UPSTREAM_CLOSED`
 */
export async function withinLimits<T>(
  wanted: Promise<T>,
  { deadlineMs, signal }: ReadLimits,
  { now, late }: LimitOptions,
): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const onAbort = (): void => {
    const { reason } = signal as { reason: unknown };
    ended.reject(
      reason instanceof GatewayError ? reason : new GatewayError('PG_UPSTREAM_CLOSED', 'read closed by the gateway'),
    );
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const timer = setTimeout(() => ended.reject(late()), Math.min(Math.max(0, deadlineMs - now()), maxTimerMs));
  try {
    return await Promise.race([wanted, ended.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
