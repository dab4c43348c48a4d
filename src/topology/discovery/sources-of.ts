import type { Config, SourceConfig } from '../../config/config.ts';

/** All sources of a configuration, wherever they stand. */
export function sourcesOf({ shards, discovery }: Config): SourceConfig[] {
  return [...shards.flatMap(({ sources = [] }) => sources), ...(discovery?.sources ?? [])];
}
