import type { SourceConfig } from '../../config/config.ts';
import { createDnsReader, type NameResolver } from '../../topology/discovery/dns-reader.ts';
import { createFileReader, type FileAccess } from '../../topology/discovery/file-reader.ts';
import { createHttpReader, type FetchDocument } from '../../topology/discovery/http-reader.ts';
import type { SourceReader } from '../../topology/discovery/source-reader.ts';

export interface SourceAccess {
  readonly files: FileAccess;
  readonly fetchDocument: FetchDocument;
  readonly resolver: NameResolver;
}

/** What reads a source. */
export function readerOf(source: SourceConfig, { files, fetchDocument, resolver }: SourceAccess): SourceReader {
  switch (source.kind) {
    case 'file':
      return createFileReader(source, files);
    case 'http':
      return createHttpReader(source, fetchDocument);
    case 'dns':
      return createDnsReader(source, resolver);
  }
}
