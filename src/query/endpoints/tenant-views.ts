import { toLabelSet } from '../../model/label-set.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';
import type { ShardAnswer } from './ask-shards.ts';
import type { Alerts, Labelled, RuleGroups } from './server-shapes.ts';

/** What a tenant may see of what a shard tells about itself. */
export interface TenantView {
  readonly gate: SelectorGate;
  /** Labels that things of the shard get where they lack them. */
  readonly attachedLabels: (answer: ShardAnswer<unknown>) => Readonly<Record<string, string>>;
  /** Names of the metrics of which the tenant has a series. */
  readonly metricNames: () => Promise<ReadonlySet<string>>;
}

/** Rules whose own labels, the shard's attached, are the tenant's; of their alerts those that are, too. */
export function narrowRules(answer: ShardAnswer<RuleGroups>, view: TenantView): RuleGroups {
  const mayBeSeen = seenBy(answer, view);
  const narrowed = answer.data.groups.map((group) => ({
    ...group,
    rules: group.rules.filter(mayBeSeen).map(({ alerts, lastError, ...rule }) => ({
      ...rule,
      // It may quote series that the rule reads, whoever they belong to.
      lastError: lastError === undefined ? undefined : '',
      alerts: alerts?.filter(mayBeSeen),
    })),
  }));
  return { ...answer.data, groups: narrowed.filter(({ rules }) => rules.length > 0) };
}

/** Alerts whose labels, the shard's attached, are the tenant's. */
export function narrowAlerts(answer: ShardAnswer<Alerts>, view: TenantView): Alerts {
  return { alerts: answer.data.alerts.filter(seenBy(answer, view)) };
}

/** What series of a histogram, a summary or an OpenMetrics family add to its name, by which its metadata is known. */
const suffixes = ['', '_bucket', '_count', '_sum', '_total', '_created', '_info', '_gcount', '_gsum'];

/** Metadata of metrics of which the tenant has a series. */
export async function narrowMetadata<Entries>(
  { data }: Pick<ShardAnswer<Readonly<Record<string, Entries>>>, 'data'>,
  { metricNames }: Pick<TenantView, 'metricNames'>,
): Promise<Readonly<Record<string, Entries>>> {
  const names = await metricNames();
  const isKnown = ([metric]: readonly [string, Entries]): boolean =>
    suffixes.some((suffix) => names.has(metric + suffix));
  return Object.fromEntries(Object.entries(data).filter(isKnown));
}

function seenBy(answer: ShardAnswer<unknown>, { gate, attachedLabels }: TenantView): (thing: Labelled) => boolean {
  const attached = Object.entries(attachedLabels(answer));
  return ({ labels = {} }) => gate.admits(toLabelSet([...attached, ...Object.entries(labels)]));
}
