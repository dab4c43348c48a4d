import type { ConfigCheck } from '../config/check-config.ts';
import type { ConfigMessage, Severity } from '../config/config-message.ts';
import type { Config, SourceConfig } from '../config/config.ts';
import { discoverOnce, type DiscoveredOnce } from '../topology/discovery/discover-once.ts';
import type { SourceReader } from '../topology/discovery/source-reader.ts';

/** A configuration with what its sources gave, and what is to be said about them. */
export interface CheckedDiscovery {
  readonly config: Config;
  readonly messages: readonly ConfigMessage[];
}

/** Asks every source of a sound configuration once: an error where one cannot be read, a warning where it has no targets. */
export async function checkDiscovery(
  file: string,
  check: ConfigCheck & { readonly config: Config },
  readerOf: (source: SourceConfig) => SourceReader,
): Promise<CheckedDiscovery> {
  const { config } = check;
  const found = await discoverOnce(config, { readerOf, nowMs: Date.now() });
  const messages: ConfigMessage[] = [];
  const say = (severity: Severity, [shard, source]: SourcePlace, message: string): void => {
    const { line, column, path } = source === undefined ? check.locate(shard, -1) : check.locateSource(shard, source);
    messages.push({ file, line, column, severity, message: `${path}: ${message}`, path });
  };
  for (const [place, source] of placedSources(config))
    checkSource(found, source, (...said) => say(said[0], place, said[1]));
  for (const problem of found.fleet.problems) say('warning', [placeOfProblems(config)], problem);
  return { config: found.fleet.config, messages };
}

/** Index of the shard, -1 for `discovery`, and of the source in it; without a source the section itself. */
type SourcePlace = readonly [shard: number, source?: number];

function placedSources({ shards, discovery }: Config): [SourcePlace, SourceConfig][] {
  const ofShards = shards.flatMap(({ sources = [] }, shard) =>
    sources.map((source, i): [SourcePlace, SourceConfig] => [[shard, i], source]),
  );
  const found = (discovery?.sources ?? []).map((source, i): [SourcePlace, SourceConfig] => [[-1, i], source]);
  return [...ofShards, ...found];
}

/** Targets have no place in the file: what is wrong with them is said where they are found. */
function placeOfProblems({ shards, discovery }: Config): number {
  return discovery === undefined ? shards.findIndex(({ sources }) => sources !== undefined) : -1;
}

function checkSource(
  found: DiscoveredOnce,
  source: SourceConfig,
  say: (severity: Severity, message: string) => void,
): void {
  const parts = found.partsOf(source);
  const failure = parts.error();
  if (failure !== undefined) return say('error', `cannot be read: ${failure}`);
  if (parts.parts().length === 0) say('warning', 'no file matches');
  for (const { part, targets, error } of parts.parts()) {
    if (error !== undefined) say('error', `${part} cannot be read: ${error}`);
    else if (targets?.length === 0) say('warning', `${part} has no targets`);
  }
}
