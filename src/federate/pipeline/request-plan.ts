import { LRUCache } from 'lru-cache';
import type { Config } from '../../config/config.ts';
import type { LabelSet } from '../../model/label-set.ts';
import { parseSelectors } from '../../promql/selector/parse-selector.ts';
import { createTenantGates } from '../../promql/selector/tenant-gates.ts';
import { createSelectorSet } from '../../promql/selector/selector-set.ts';
import { planFederation, type PlannedShard } from '../plan/plan-federation.ts';
import type { CompiledRules } from '../rules/compile-rules.ts';
import type { FederateRequest } from '../service.ts';
import { areShardsDistinct } from './distinct-shards.ts';

/** What a request makes of the configuration. Immutable, shared between equal requests. */
export interface RequestPlan {
  /** The shards to ask, in the order of the configuration. */
  readonly shards: readonly PlannedShard[];
  readonly clientSelectors: readonly string[];
  readonly evaluateRules: boolean;
  /** Whether the configured labels keep lines of different shards apart. */
  readonly shardsAreDistinct: boolean;
  /** Equal for equal selections of the same tenant: a key for sharing. */
  readonly key: string;
  /** Whether the client asked for a rule's outputs of this name: for all, none, or it depends on their labels. */
  selectsName(name: string): 'all' | 'none' | 'some';
  /** Whether the client asked for a rule's output; `labels` as they leave. */
  selects(name: string, labels: LabelSet): boolean;
}

export interface RequestPlanner {
  /** @throws GatewayError `PG_SELECTOR_INVALID`, `PG_BAD_REQUEST`. */
  plan(request: Pick<FederateRequest, 'match' | 'dedup' | 'tenant'>): RequestPlan;
}

/** Scrapers send the same few selections for ever; a plan of 10,000 selectors takes some megabytes. */
const maxCachedPlans = 50;

/** Plans requests for one configuration; a plan is made once for equal requests. */
export function createRequestPlanner(config: Config, rules: CompiledRules): RequestPlanner {
  const cache = new LRUCache<string, RequestPlan>({ max: maxCachedPlans });
  const shardsAreDistinct = areShardsDistinct(config.shards);
  const gateOf = createTenantGates(config.tenants);
  const planRules =
    config.aggregationRules.length === 0
      ? undefined
      : {
          sourceSelectors: rules.sourceSelectors,
          mayProduce: (name: string) => rules.mayProduce(name),
          records: config.aggregationRules.map(({ record }) => record),
        };

  const makePlan = (
    match: readonly string[],
    { dedup, tenant }: Pick<FederateRequest, 'dedup' | 'tenant'>,
  ): RequestPlan => {
    const gate = gateOf(tenant);
    // What finds nothing must not find something once there is more of it.
    const asked = parseSelectors(match).filter(({ matchers }) => matchers.length > 0);
    const selectors = asked.map(({ matchers }) => ({ matchers: gate.enforce(matchers) }));
    const selectorSet = createSelectorSet(selectors);
    const plan = planFederation(
      {
        shards: config.shards,
        externalLabels: config.global.externalLabels,
        rules: dedup ? planRules : undefined,
        // Servers add labels to their lines that only the lines tell.
        filterAllLines: gate.enforced.length > 0,
      },
      selectors,
    );
    return {
      shards: plan.shards,
      clientSelectors: plan.clientSelectors,
      evaluateRules: plan.rulesNeeded,
      shardsAreDistinct,
      key: JSON.stringify([tenant, plan.normalised]),
      selectsName: (name) => selectorSet.matchesName(name),
      selects: (name, labels) => selectorSet.matches(name, labels),
    };
  };

  return {
    plan({ match, dedup, tenant }) {
      const asked = match.length > 0 ? match : config.federation.match;
      const key = JSON.stringify([tenant, dedup, asked]);
      const cached = cache.get(key);
      if (cached !== undefined) return cached;
      const plan = makePlan(asked, { dedup, tenant });
      cache.set(key, plan);
      return plan;
    },
  };
}
