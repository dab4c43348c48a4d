import type { SourceConfig } from '../../config/config.ts';
import { createSourceParts, type PartState, type SourceParts } from './source-parts.ts';
import type { SourceReader } from './source-reader.ts';

/** Calls back once after `delayMs` unless the returned function was called before. */
export type After = (delayMs: number, callback: () => void) => () => void;

/** A source that is asked again and again. */
export interface SourceWatch extends SourceParts {
  readonly config: SourceConfig;
  stop(): void;
}

export interface SourceEvents {
  /** Targets, errors or both are others now. */
  readonly onChange: () => void;
  /** An attempt failed, wholly or for a part. */
  readonly onFailure: (config: SourceConfig) => void;
}

export interface SourceWatchOptions {
  readonly config: SourceConfig;
  readonly reader: SourceReader;
  readonly after: After;
  readonly events: SourceEvents;
  /** See {@link createSourceParts}. */
  readonly before?: readonly PartState[];
}

/** Changes of a file come in several steps. */
const settleMs = 100;
/** What has never answered is asked again soon, because somebody may wait for it, and later less often. */
const firstRetryMs = 1000;
const laterRetryMs = 5000;
const quickRetries = 10;

/** Reads a source at once, at every interval and when it says that it changed; what cannot be read stays as it was. */
export function watchSource({ config, reader, after, events, before }: SourceWatchOptions): SourceWatch {
  const stopping = new AbortController();
  const { signal } = stopping;
  const source = createSourceParts(reader, before);
  let attempts = 0;
  let isReading = false;
  /** A change was announced and not read yet. */
  let isDue = false;
  let cancel = (): void => {};

  const schedule = (delayMs: number): void => {
    cancel();
    cancel = after(delayMs, () => void refresh());
  };
  const pauseMs = (): number => {
    if (isDue) return settleMs;
    if (source.hasAnswered()) return config.refreshIntervalMs;
    return Math.min(config.refreshIntervalMs, attempts <= quickRetries ? firstRetryMs : laterRetryMs);
  };
  const refresh = async (): Promise<void> => {
    isReading = true;
    isDue = false;
    const { hasChanged, hasFailed } = await source.read(signal);
    isReading = false;
    if (signal.aborted) return;
    attempts++;
    if (hasFailed) events.onFailure(config);
    schedule(pauseMs());
    if (hasChanged) events.onChange();
  };
  // The first of several announcements counts: a directory in which something always happens must not put off reading.
  const unwatch = reader.watch?.(() => {
    if (isDue) return;
    isDue = true;
    if (!isReading) schedule(settleMs);
  });
  void refresh();
  return {
    ...source,
    config,
    stop() {
      stopping.abort(new Error('the source is no longer asked'));
      cancel();
      unwatch?.();
    },
  };
}
