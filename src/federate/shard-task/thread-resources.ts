import { LRUCache } from 'lru-cache';
import type { Config } from '../../config/config.ts';
import { parseSelectors } from '../../promql/selector/parse-selector.ts';
import { createSelectorSet, type SelectorSet } from '../../promql/selector/selector-set.ts';
import { allTargets } from '../../upstream/upstream-target.ts';
import { createUpstreamPools, type UpstreamPools } from '../../upstream/upstream-pools.ts';
import { createHeldVersions, type HeldVersions } from '../../workers/held-versions.ts';
import { createJoinKernel, type JoinKernel } from '../join/kernel/join-kernel.ts';
import { compileRules, type CompiledRules } from '../rules/compile-rules.ts';
import { createSampleMasks, type SampleMasks } from './sample-masks.ts';

/** What every worker thread is started with: plain data. */
export interface ShardThreadData {
  readonly version: string;
}

/** What one worker thread keeps between tasks, as a task sees it: with the configuration that it refers to. */
export interface ThreadResources {
  readonly config: Config;
  readonly pools: Pick<UpstreamPools, 'openFederate' | 'readExternalLabels'>;
  readonly rules: CompiledRules;
  /** What {@link ThreadResources.rules} are asked for with, by name alone. */
  readonly sources: SelectorSet;
  /** Series that are kept apart by replica. */
  readonly perReplica: SelectorSet;
  readonly sampleMasks: SampleMasks;
  /** Undefined where lines are joined one by one. */
  readonly kernel: JoinKernel | undefined;
  /** The set of a client's selectors (text). */
  selectorSetOf(selectors: readonly string[]): SelectorSet;
}

const maxCachedSelectorSets = 50;

/** What outlives configurations. */
type Lasting = Pick<ThreadResources, 'pools' | 'sampleMasks' | 'kernel' | 'selectorSetOf'>;

/** Connections outlive configurations as long as one that is in use has their replica. */
export function createThreadResources({ version }: ShardThreadData): HeldVersions<ThreadResources> {
  const pools = createUpstreamPools({ version, now: () => Date.now() });
  const lasting = createLasting(pools, createJoinKernel());
  return createHeldVersions(
    (value) => {
      const config = value as Config;
      return withConfig(lasting, { config, rules: compileRules(config.aggregationRules) });
    },
    (kept) => pools.keepOnly(kept.flatMap(({ config }) => allTargets(config))),
  );
}

/** A configuration and its rules, compiled on the thread that uses them. */
type Ruled = Pick<ThreadResources, 'config' | 'rules'>;

/** For reads of a thread that has connections, and the compiled rules, of its own. */
export function createResources(ruled: Ruled, pools: ThreadResources['pools']): ThreadResources {
  return withConfig(createLasting(pools, undefined), ruled);
}

function createLasting(pools: ThreadResources['pools'], kernel: JoinKernel | undefined): Lasting {
  const selectorSets = new LRUCache<string, SelectorSet>({ max: maxCachedSelectorSets });
  return {
    pools,
    kernel,
    sampleMasks: createSampleMasks(),
    selectorSetOf(selectors) {
      const key = selectors.join('\n');
      const set = selectorSets.get(key) ?? toSelectorSet(selectors);
      selectorSets.set(key, set);
      return set;
    },
  };
}

function withConfig(lasting: Lasting, { config, rules }: Ruled): ThreadResources {
  return {
    ...lasting,
    config,
    rules,
    sources: toSelectorSet(rules.sourceSelectors),
    perReplica: toSelectorSet(config.deduplication.perReplica),
  };
}

function toSelectorSet(selectors: readonly string[]): SelectorSet {
  return createSelectorSet(parseSelectors(selectors));
}
