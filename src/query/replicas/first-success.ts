import { GatewayError } from '../../model/errors.ts';

export interface FirstSuccessOptions {
  /** How long an attempt may take before the next one is started beside it. */
  readonly delayMs: number;
  readonly signal: AbortSignal;
  /** Whether an error is the answer itself: no other attempt would fare better. */
  readonly isFinal: (error: unknown) => boolean;
}

export type Outcome<T> = Success<T> | Pick<Success<T>, 'errors'>;

interface Success<T> {
  readonly value: T;
  /** Of the attempts that had failed, by attempt; other entries are undefined. */
  readonly errors: readonly unknown[];
  /** Attempts that had not ended although a later one, which was started `delayMs` after them, had succeeded. */
  readonly overtaken: readonly number[];
}

/** Why the other attempts end. One for all: an error of its own takes longer to make than a small query. */
const decided = new GatewayError('PG_UPSTREAM_CLOSED', 'another replica has answered');

/**
 * Attempts in order, each when the one before it failed or takes too long; the first success ends the others.
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
  const result = Promise.withResolvers<Won<T> | undefined>();
  const start = async (index: number): Promise<void> => {
    try {
      result.resolve({ value: await attempts[index]!(either), by: index });
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
    const won = await result.promise;
    return won === undefined ? { errors } : successOf(won, errors);
  } finally {
    controller.abort(decided);
  }
}

interface Won<T> {
  readonly value: T;
  /** The attempt. */
  readonly by: number;
}

/** `errors`: those so far; attempts that are ended now come in later. */
function successOf<T>({ value, by }: Won<T>, errors: readonly unknown[]): Success<T> {
  const earlier = Array.from({ length: by }, (_, index) => index);
  return { value, errors: [...errors], overtaken: earlier.filter((index) => errors[index] === undefined) };
}

function after(delayMs: number, signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs, false);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
