import { GatewayError } from '../../model/errors.ts';

export interface FirstSuccessOptions {
  /** How long an attempt may take before the next one is started beside it. */
  readonly delayMs: number;
  readonly signal: AbortSignal;
  /** Whether an error is the answer itself: no other attempt would fare better. */
  readonly isFinal: (error: unknown) => boolean;
}

export type Outcome<T> = { readonly value: T } | { readonly errors: readonly unknown[] };

/** Why the other attempts end. One for all: an error of its own takes longer to make than a small query. */
const decided = new GatewayError('PG_UPSTREAM_CLOSED', 'another replica has answered');

/**
 * Attempts in order, each when the one before it failed or takes too long; the first success ends the others. `errors`
 * are those of all attempts, by attempt.
 * @throws a final error; the signal's reason
 */
export async function firstSuccess<T>(
  attempts: readonly ((signal: AbortSignal) => Promise<T>)[],
  { delayMs, signal, isFinal }: FirstSuccessOptions,
): Promise<Outcome<T>> {
  if (attempts.length === 0) return { errors: [] };
  const controller = new AbortController();
  const either = AbortSignal.any([signal, controller.signal]);
  const errors: unknown[] = [];
  const result = Promise.withResolvers<T | undefined>();
  const start = async (index: number): Promise<void> => {
    try {
      result.resolve(await attempts[index]!(either));
    } catch (error) {
      errors[index] = error;
      if (signal.aborted) result.reject(signal.reason);
      else if (isFinal(error)) result.reject(error);
      else if (Object.keys(errors).length === attempts.length) result.resolve(undefined);
    }
  };
  try {
    for (const index of attempts.keys()) {
      const failed = start(index);
      const settled = await Promise.race([
        result.promise.then(() => true),
        failed.then(() => false),
        after(delayMs, either),
      ]);
      if (settled) break;
    }
    const value = await result.promise;
    return value === undefined ? { errors } : { value };
  } finally {
    controller.abort(decided);
  }
}

function after(delayMs: number, signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs, false);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
