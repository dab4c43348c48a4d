import { parseDuration } from '../duration.ts';
import { parseSize } from '../size.ts';

export interface ValueFormat {
  readonly name: string;
  readonly expects: string;
  readonly accepts: (text: string) => boolean;
}

/** Timers of Node take at most 2^31 - 1 ms; a longer one would fire at once. */
const maxTimeoutMs = 24 * 86_400_000;

const inDuration = (accepts: (durationMs: number) => boolean) => (text: string) => {
  const durationMs = parseDuration(text);
  return durationMs !== undefined && accepts(durationMs);
};

/** Formats of strings that a pattern alone cannot check; ajv knows them by name. */
export const formats: Readonly<
  Record<'duration' | 'positiveDuration' | 'timeout' | 'size' | 'positiveSize', ValueFormat>
> = {
  duration: {
    name: 'promgate-duration',
    expects: 'a duration such as 0, 30s or 1h30m',
    accepts: inDuration(() => true),
  },
  positiveDuration: {
    name: 'promgate-positive-duration',
    expects: 'a duration longer than 0, such as 30s or 1h30m',
    accepts: inDuration((durationMs) => durationMs > 0),
  },
  timeout: {
    name: 'promgate-timeout',
    expects: 'a duration longer than 0 and at most 24d, such as 30s or 1m30s',
    accepts: inDuration((durationMs) => durationMs > 0 && durationMs <= maxTimeoutMs),
  },
  size: {
    name: 'promgate-size',
    expects: 'a size such as 0, 512KB or 64MiB',
    accepts: (text) => parseSize(text) !== undefined,
  },
  positiveSize: {
    name: 'promgate-positive-size',
    expects: 'a size larger than 0, such as 512KB or 64MiB',
    accepts: (text) => (parseSize(text) ?? 0) > 0,
  },
};
