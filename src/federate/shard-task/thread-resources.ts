import { LRUCache } from 'lru-cache';
import type { Config } from '../../config/config.ts';
import { parseSelectors } from '../../promql/selector/parse-selector.ts';
import { createSelectorSet, type SelectorSet } from '../../promql/selector/selector-set.ts';
import { allTargets } from '../../upstream/upstream-target.ts';
import { createUpstreamPools, type UpstreamPools } from '../../upstream/upstream-pools.ts';
import { createHeldVersions, type HeldVersions } from '../../workers/held-versions.ts';
import { compileRules, type CompiledRules } from '../rules/compile-rules.ts';

/** What every worker thread is started with: plain data. */
export interface ShardThreadData {
  readonly version: string;
}

/** What one worker thread keeps between tasks, as a task sees it: with the configuration that it refers to. */
export interface ThreadResources {
  readonly config: Config;
  readonly pools: UpstreamPools;
  readonly rules: CompiledRules;
  /** What {@link ThreadResources.rules} are asked for with, by name alone. */
  readonly sources: SelectorSet;
  /** Series that are kept apart by replica. */
  readonly perReplica: SelectorSet;
  /** The set of a client's selectors (text). */
  selectorSetOf(selectors: readonly string[]): SelectorSet;
}

const maxCachedSelectorSets = 50;

/** Connections outlive configurations as long as one that is in use has their replica. */
export function createThreadResources({ version }: ShardThreadData): HeldVersions<ThreadResources> {
  const pools = createUpstreamPools({ version, now: () => Date.now() });
  const selectorSets = new LRUCache<string, SelectorSet>({ max: maxCachedSelectorSets });
  const selectorSetOf = (selectors: readonly string[]): SelectorSet => {
    const key = selectors.join('\n');
    const set = selectorSets.get(key) ?? toSelectorSet(selectors);
    selectorSets.set(key, set);
    return set;
  };
  const make = (value: unknown): ThreadResources => {
    const config = value as Config;
    const rules = compileRules(config.aggregationRules);
    return {
      config,
      pools,
      rules,
      sources: toSelectorSet(rules.sourceSelectors),
      perReplica: toSelectorSet(config.deduplication.perReplica),
      selectorSetOf,
    };
  };
  return createHeldVersions(make, (kept) => pools.keepOnly(kept.flatMap(({ config }) => allTargets(config))));
}

function toSelectorSet(selectors: readonly string[]): SelectorSet {
  return createSelectorSet(parseSelectors(selectors));
}
