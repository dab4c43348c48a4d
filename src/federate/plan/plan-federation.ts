import { compareUtf8 } from '../../model/compare-utf8.ts';
import { GatewayError } from '../../model/errors.ts';
import type { Selector } from '../../model/matcher.ts';
import { formatSelector } from '../../promql/selector/format-selector.ts';
import { parseSelector } from '../../promql/selector/parse-selector.ts';
import { mayMatchProduced, type ProducedNames } from './may-match-produced.ts';
import { mergeUpstreamSelectors } from './merge-upstream-selectors.ts';
import type { AttachedLabel } from './shard-label-branches.ts';
import { expandSelector, toUpstreamSelector, type UpstreamSelector } from './upstream-selector.ts';

/** A shard as far as planning needs it; `ShardConfig` is one. */
interface PlanShard {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ownsLabels: readonly string[];
}

interface PlanRules extends ProducedNames {
  /** Selectors (text), by metric name alone, of everything the rules read. */
  readonly sourceSelectors: readonly string[];
}

export interface PlanInput {
  readonly shards: readonly PlanShard[];
  /** `global.external_labels`: attached like a shard's own labels, which go first. */
  readonly externalLabels: Readonly<Record<string, string>>;
  /** Undefined where there are no rules. */
  readonly rules: PlanRules | undefined;
  /** Whether every line is held against the selectors here, whatever the upstream was asked for; default not. */
  readonly filterAllLines?: boolean;
}

export interface PlannedShard {
  /** Index into {@link PlanInput.shards}. */
  readonly shard: number;
  /** `match[]` (text) for each replica: unique, sorted, at least one. */
  readonly match: readonly string[];
  /**
   * Whether lines have to be held against the client's selectors even in families that no rule reads, because `match`
   * selects more than they do.
   */
  readonly filterLines: boolean;
}

export interface FederationPlan {
  /** In the order of the configuration. */
  readonly shards: readonly PlannedShard[];
  /** Indices of the shards that cannot have anything to say and are not asked. */
  readonly pruned: readonly number[];
  /** The client's selectors in canonical form: unique, sorted. They decide which lines of rule sources leave. */
  readonly clientSelectors: readonly string[];
  /** Equal for equal unions of selectors, whatever their order and spelling: a key for sharing. */
  readonly normalised: string;
  /** Whether a rule's output may be among what the client asks for; if not, no rule source is fetched. */
  readonly rulesNeeded: boolean;
}

/** What a request line to an upstream may take: half of what Go's server reads, as other headers and proxies want theirs. */
export const maxMatchBytes: number = 512 * 1024;

/**
 * Decides which shards are asked and for what, so that the union of what comes, with the shard's labels attached where
 * they are missing, is what the client asked for, and rule sources come whole. Matchers on replica labels go upstream as
 * they are: a server does not see its own external labels, so there they count as absent. Pure.
 * @throws {@link GatewayError} `PG_BAD_REQUEST` when the selectors for one shard exceed {@link maxMatchBytes}.
 */
export function planFederation(input: PlanInput, selectors: readonly Selector[]): FederationPlan {
  const bySelectorText = new Map<string, Selector>();
  for (const selector of selectors) bySelectorText.set(formatSelector(selector), selector);
  // Prometheus finds nothing for a selector without matchers.
  bySelectorText.delete('{}');
  const distinct = [...bySelectorText.values()];
  const rules = input.rules;
  const rulesNeeded = rules !== undefined && distinct.some((selector) => mayMatchProduced(selector, rules));
  const sources = rulesNeeded
    ? rules.sourceSelectors.map((text) => toUpstreamSelector(parseSelector(text).matchers))
    : [];
  const planShard = createShardPlanner(distinct, sources);
  const planned = input.shards
    .map((shard, index) => planShard(shard, index, attachedLabels(shard, input.externalLabels)))
    .map((shard) => (input.filterAllLines === true ? { ...shard, filterLines: true } : shard));
  const clientSelectors = [...bySelectorText.keys()].sort(compareUtf8);
  return {
    shards: planned.filter(({ match }) => match.length > 0),
    pruned: planned.filter(({ match }) => match.length === 0).map(({ shard }) => shard),
    clientSelectors,
    normalised: clientSelectors.join('\n'),
    rulesNeeded,
  };
}

type ShardPlanner = (shard: PlanShard, index: number, attached: readonly AttachedLabel[]) => PlannedShard;

function createShardPlanner(selectors: readonly Selector[], sources: readonly UpstreamSelector[]): ShardPlanner {
  const mentioned = new Set(selectors.flatMap((selector) => selector.matchers.map((matcher) => matcher.name)));
  let common: readonly string[] | undefined;
  return (shard, index, attached) => {
    const relevant = attached.filter((label) => mentioned.has(label.name));
    if (relevant.length === 0) {
      // Most requests mention no shard label: then every shard is asked the same, worked out once.
      common ??= mergeUpstreamSelectors([...selectors.map(({ matchers }) => toUpstreamSelector(matchers)), ...sources]);
      return { shard: index, match: assertMatchFits(common, shard), filterLines: false };
    }
    const expansions = selectors.map((selector) => expandSelector(selector, relevant));
    const match = mergeUpstreamSelectors([...expansions.flatMap((expansion) => expansion.selectors), ...sources]);
    const filterLines = expansions.some((expansion) => !expansion.exact);
    return { shard: index, match: assertMatchFits(match, shard), filterLines };
  };
}

/** No series has a label without a name, but Prometheus answers 500 to some matchers on it. */
const namelessLabel: AttachedLabel = { name: '', value: '', owned: true };

function attachedLabels(shard: PlanShard, externalLabels: Readonly<Record<string, string>>): readonly AttachedLabel[] {
  const attached = Object.entries({ ...externalLabels, ...shard.labels })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value, owned: shard.ownsLabels.includes(name) }));
  return [...attached, namelessLabel];
}

function assertMatchFits(match: readonly string[], shard: PlanShard): readonly string[] {
  const bytes = new URLSearchParams(match.map((text): [string, string] => ['match[]', text])).toString().length;
  if (bytes <= maxMatchBytes) return match;
  throw new GatewayError(
    'PG_BAD_REQUEST',
    `the match[] for shard ${shard.name} take ${bytes} bytes, the limit is ${maxMatchBytes}: ask for fewer at a time`,
    { details: { shard: shard.name, bytes, limit: maxMatchBytes } },
  );
}
