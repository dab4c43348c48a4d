import type { SourceConfig } from '../../config/config.ts';
import type { Found } from './found-targets.ts';
import { sourceIdentity } from './source-identity.ts';
import { watchSource, type SourceWatch, type SourceWatchOptions } from './source-watch.ts';

/** The sources that are asked, each once, whoever has it. */
export interface SourceWatches {
  /**
   * The watches of these sources, begun where they are not asked yet. One that was asked in another way until now, with
   * other credentials for example, begins with what it gave then.
   */
  ensure(sources: readonly SourceConfig[]): readonly SourceWatch[];
  /** Of these sources those that are asked. */
  readonly of: (sources: readonly SourceConfig[]) => readonly SourceWatch[];
  /** What a source gives now; nothing where it is not asked. */
  readonly found: Found;
  /** Stops all others. */
  keepOnly(sources: readonly SourceConfig[]): void;
}

/** `optionsOf`: how a source is watched. */
export function createSourceWatches(
  optionsOf: (source: SourceConfig) => Omit<SourceWatchOptions, 'config' | 'before'>,
): SourceWatches {
  const watches = new Map<string, SourceWatch>();
  const begin = (config: SourceConfig, wanted: ReadonlySet<string>): SourceWatch => {
    const isBefore = ([key, { config: old }]: [string, SourceWatch]): boolean =>
      !wanted.has(key) && sourceIdentity(old) === sourceIdentity(config);
    const [, before] = [...watches].find(isBefore) ?? [];
    return watchSource({ ...optionsOf(config), config, ...(before && { before: before.parts() }) });
  };
  const of = (sources: readonly SourceConfig[]): SourceWatch[] =>
    sources.flatMap((source) => watches.get(keyOf(source)) ?? []);
  return {
    ensure(sources) {
      const wanted = new Set(sources.map(keyOf));
      for (const source of sources) {
        const key = keyOf(source);
        if (!watches.has(key)) watches.set(key, begin(source, wanted));
      }
      return of(sources);
    },
    of,
    found: (source) => of([source]).flatMap((watch) => watch.parts().flatMap(({ targets = [] }) => targets)),
    keepOnly(sources) {
      const wanted = new Set(sources.map(keyOf));
      for (const [key, watch] of watches) {
        if (wanted.has(key)) continue;
        watch.stop();
        watches.delete(key);
      }
    },
  };
}

function keyOf(source: SourceConfig): string {
  return JSON.stringify(source);
}
