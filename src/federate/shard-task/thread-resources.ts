import { LRUCache } from 'lru-cache';
import type { Config } from '../../config/config.ts';
import { parseSelectors } from '../../promql/selector/parse-selector.ts';
import { createSelectorSet, type SelectorSet } from '../../promql/selector/selector-set.ts';
import { createUpstreamPools, type UpstreamPools } from '../../upstream/upstream-pools.ts';
import { compileRules, type CompiledRules } from '../rules/compile-rules.ts';
import { createSampleMasks, type SampleMasks } from './sample-masks.ts';

/** What every worker thread is started with: plain data. */
export interface ShardThreadData {
  readonly config: Config;
  readonly version: string;
}

/** What one worker thread keeps between tasks. */
export interface ThreadResources {
  readonly config: Config;
  readonly pools: Pick<UpstreamPools, 'openFederate' | 'readExternalLabels'>;
  readonly rules: CompiledRules;
  /** What {@link ThreadResources.rules} are asked for with, by name alone. */
  readonly sources: SelectorSet;
  /** Series that are kept apart by replica. */
  readonly perReplica: SelectorSet;
  readonly sampleMasks: SampleMasks;
  /** The set of a client's selectors (text). */
  selectorSetOf(selectors: readonly string[]): SelectorSet;
}

const maxCachedSelectorSets = 50;

export function createThreadResources({ config, version }: ShardThreadData): ThreadResources {
  const rules = compileRules(config.aggregationRules);
  const selectorSets = new LRUCache<string, SelectorSet>({ max: maxCachedSelectorSets });
  return {
    config,
    pools: createUpstreamPools({ version, now: () => Date.now() }),
    rules,
    sources: toSelectorSet(rules.sourceSelectors),
    perReplica: toSelectorSet(config.deduplication.perReplica),
    sampleMasks: createSampleMasks(),
    selectorSetOf(selectors) {
      const key = selectors.join('\n');
      const set = selectorSets.get(key) ?? toSelectorSet(selectors);
      selectorSets.set(key, set);
      return set;
    },
  };
}

function toSelectorSet(selectors: readonly string[]): SelectorSet {
  return createSelectorSet(parseSelectors(selectors));
}
