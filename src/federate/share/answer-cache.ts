/** A complete answer kept for reuse. Its chunks are never written to again. */
export interface KeptAnswer {
  readonly chunks: readonly Uint8Array[];
}

/** Gathers one answer while it streams. */
export interface AnswerCollector {
  /** False once the answer has become too large or too old to be kept; then chunks need not be offered any more. */
  readonly isActive: boolean;
  /** `chunk` must not change afterwards. */
  add(chunk: Uint8Array): void;
  /** The first byte leaves: older answers to the same request must not be given out any more. */
  begin(): void;
  keep(): void;
  abandon(): void;
}

export interface AnswerCacheOptions {
  /** Counted from the start of the fan-out, so that it bounds the age of what is given out. */
  readonly reuseForMs: number;
  /** Kept answers and those being gathered, together. */
  readonly maxBytes: number;
  readonly now: () => number;
}

export interface AnswerCache {
  find(key: string): KeptAnswer | undefined;
  /** Called in the order in which fan-outs start. */
  collect(key: string): AnswerCollector;
  /** Kept and being gathered. */
  readonly bytes: number;
}

interface Entry {
  readonly key: string;
  readonly startedMs: number;
  chunks: Uint8Array[];
  bytes: number;
  state: 'gathering' | 'kept' | 'gone';
}

/**
 * Answers given again to equal requests for a short while. Never gives out an older answer once a newer one to the same
 * request has begun to leave: its samples would go back in time for the client.
 */
export function createAnswerCache(options: AnswerCacheOptions): AnswerCache {
  const store = createEntryStore(options.maxBytes);
  return {
    get bytes() {
      return store.bytes;
    },
    find(key) {
      store.dropStartedBefore(options.now() - options.reuseForMs);
      return store.kept(key);
    },
    collect(key) {
      const entry: Entry = { key, startedMs: options.now(), chunks: [], bytes: 0, state: 'gathering' };
      if (options.reuseForMs > 0) store.add(entry);
      else entry.state = 'gone';
      return createCollector(entry, store);
    },
  };
}

function createCollector(entry: Entry, store: EntryStore): AnswerCollector {
  return {
    get isActive() {
      return entry.state === 'gathering';
    },
    add(chunk) {
      if (entry.state === 'gathering') store.append(entry, chunk);
    },
    begin() {
      store.dropOlder(entry);
    },
    keep() {
      if (entry.state === 'gathering') entry.state = 'kept';
    },
    abandon() {
      if (entry.state === 'gathering') store.drop(entry);
    },
  };
}

type EntryStore = ReturnType<typeof createEntryStore>;

function createEntryStore(maxBytes: number) {
  /** In the order in which their fan-outs started. */
  const entries = new Set<Entry>();
  let bytes = 0;

  const drop = (entry: Entry): void => {
    if (!entries.delete(entry)) return;
    bytes -= entry.bytes;
    entry.chunks = [];
    entry.state = 'gone';
  };
  const makeRoom = (needed: number): boolean => {
    for (const entry of entries) {
      if (bytes + needed <= maxBytes) break;
      if (entry.state === 'kept') drop(entry);
    }
    return bytes + needed <= maxBytes;
  };
  return {
    get bytes() {
      return bytes;
    },
    add: (entry: Entry): unknown => entries.add(entry),
    drop,
    kept: (key: string): KeptAnswer | undefined =>
      [...entries].find((entry) => entry.key === key && entry.state === 'kept'),
    append(entry: Entry, chunk: Uint8Array): void {
      if (!makeRoom(chunk.length)) return drop(entry);
      entry.chunks.push(chunk);
      entry.bytes += chunk.length;
      bytes += chunk.length;
    },
    dropStartedBefore(oldestMs: number): void {
      for (const entry of entries) if (entry.startedMs <= oldestMs) drop(entry);
    },
    dropOlder(newer: Entry): void {
      for (const entry of entries) {
        if (entry === newer) break;
        if (entry.key === newer.key) drop(entry);
      }
    },
  };
}
