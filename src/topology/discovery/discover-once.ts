import type { Config, SourceConfig } from '../../config/config.ts';
import { resolveFleet, type ResolvedFleet } from './resolve-fleet.ts';
import { createSourceParts, type SourceParts } from './source-parts.ts';
import type { SourceReader } from './source-reader.ts';
import { sourcesOf } from './sources-of.ts';

export interface DiscoveredOnce {
  readonly fleet: ResolvedFleet;
  /** What a source of the configuration gave. */
  partsOf(source: SourceConfig): SourceParts;
}

/** Asks every source of a configuration once. Never rejects: what cannot be read gives nothing. */
export async function discoverOnce(
  declared: Config,
  { readerOf, nowMs }: { readonly readerOf: (source: SourceConfig) => SourceReader; readonly nowMs: number },
): Promise<DiscoveredOnce> {
  const asked = new Map<string, Promise<SourceParts>>();
  const ask = async (source: SourceConfig): Promise<SourceParts> => {
    const parts = createSourceParts(readerOf(source));
    await parts.read(new AbortController().signal);
    return parts;
  };
  for (const source of sourcesOf(declared)) {
    const key = JSON.stringify(source);
    asked.set(key, asked.get(key) ?? ask(source));
  }
  const found = new Map<string, SourceParts>();
  for (const [key, parts] of asked) found.set(key, await parts);
  const partsOf = (source: SourceConfig): SourceParts => found.get(JSON.stringify(source))!;
  const fleet = resolveFleet({
    declared,
    found: (source) =>
      partsOf(source)
        .parts()
        .flatMap(({ targets = [] }) => targets),
    known: [],
    nowMs,
  });
  return { fleet, partsOf };
}
