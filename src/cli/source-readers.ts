import type { SourceConfig } from '../config/config.ts';
import type { SourceReader } from '../topology/discovery/source-reader.ts';
import { createFetchDocument } from '../upstream/discovery/fetch-document.ts';
import { fileAccess } from '../upstream/discovery/file-access.ts';
import { createNameResolver } from '../upstream/discovery/name-resolver.ts';
import { readerOf } from '../upstream/discovery/source-readers.ts';
import { createUpstreamPools } from '../upstream/upstream-pools.ts';

export interface SourceReaders {
  readonly readerOf: (source: SourceConfig) => SourceReader;
  close(): Promise<void>;
}

/** Asks files, URLs and the DNS, as the gateway does. */
export function createSourceReaders(options: { version: string; now: () => number }): SourceReaders {
  const pools = createUpstreamPools(options);
  const access = {
    files: fileAccess,
    fetchDocument: createFetchDocument(pools, options.now),
    resolver: createNameResolver(),
  };
  return { readerOf: (source) => readerOf(source, access), close: () => pools.close() };
}
