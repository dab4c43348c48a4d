import type { SourceConfig } from '../../config/config.ts';

/** What is asked, whatever the credentials and the interval are: two sources with the same identity give the same list. */
export function sourceIdentity(source: SourceConfig): string {
  switch (source.kind) {
    case 'file':
      return JSON.stringify([source.kind, source.files]);
    case 'http':
      return JSON.stringify([source.kind, source.url]);
    case 'dns':
      return JSON.stringify([source.kind, source.names, source.type, source.port]);
  }
}
