import type { SourceConfig } from '../../config/config.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { normalizedTarget } from '../../model/target-address.ts';
import type { DiscoveredTarget } from './discovered-target.ts';

/** What a source gives now. */
export type Found = (source: SourceConfig) => readonly DiscoveredTarget[];

/** A target and the source that gave it first; undefined = the configuration itself. */
export interface FoundTarget extends DiscoveredTarget {
  readonly source: SourceConfig | undefined;
}

/**
 * The targets of sources, each address once: in the order of the sources, those of one sorted by address, so that every
 * gateway lists them alike in whatever order they were told.
 */
export function unionOf(
  listed: readonly DiscoveredTarget[],
  sources: readonly SourceConfig[],
  found: Found,
): FoundTarget[] {
  const byAddress = new Map<string, FoundTarget>();
  const add = (target: DiscoveredTarget, source: SourceConfig | undefined): void => {
    const address = normalizedTarget(target.address);
    if (!byAddress.has(address)) byAddress.set(address, { ...target, source });
  };
  for (const target of listed) add(target, undefined);
  for (const source of sources) {
    const targets = [...found(source)].sort((a, b) => compareUtf8(a.address, b.address));
    for (const target of targets) add(target, source);
  }
  return [...byAddress.values()];
}
