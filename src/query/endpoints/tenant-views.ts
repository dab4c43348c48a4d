import { toLabelSet } from '../../model/label-set.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';
import type { ShardAnswer } from './ask-shards.ts';

/** What a tenant may see of what a shard tells about itself. */
export interface TenantView {
  readonly gate: SelectorGate;
  /** Labels that things of the shard get where they lack them. */
  readonly attachedLabels: (answer: ShardAnswer) => Readonly<Record<string, string>>;
  /** Names of the metrics of which the tenant has a series. */
  readonly metricNames: () => Promise<ReadonlySet<string>>;
}

/** `data` of a shard's answer with what a tenant may see of it, or a promise of that. */
export type Narrow = (answer: ShardAnswer, view: TenantView) => unknown;

interface Labelled {
  readonly labels?: Readonly<Record<string, string>>;
}

interface Rule extends Labelled {
  readonly lastError?: string;
  readonly alerts?: readonly Labelled[];
}

/** Rules whose own labels, the shard's attached, are the tenant's; of their alerts those that are, too. */
export const narrowRules: Narrow = (answer, view) => {
  const mayBeSeen = seenBy(answer, view);
  const { groups } = answer.data as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
  const narrowed = groups.map((group) => ({
    ...group,
    rules: group.rules.filter(mayBeSeen).map(({ alerts, lastError, ...rule }) => ({
      ...rule,
      // It may quote series that the rule reads, whoever they belong to.
      ...(lastError === undefined ? {} : { lastError: '' }),
      ...(alerts === undefined ? {} : { alerts: alerts.filter(mayBeSeen) }),
    })),
  }));
  return { ...(answer.data as object), groups: narrowed.filter(({ rules }) => rules.length > 0) };
};

/** Alerts whose labels, the shard's attached, are the tenant's. */
export const narrowAlerts: Narrow = (answer, view) => {
  const { alerts } = answer.data as { readonly alerts: readonly Labelled[] };
  return { alerts: alerts.filter(seenBy(answer, view)) };
};

/** What series of a histogram, a summary or an OpenMetrics family add to its name, by which its metadata is known. */
const suffixes = ['', '_bucket', '_count', '_sum', '_total', '_created', '_info', '_gcount', '_gsum'];

/** Metadata of metrics of which the tenant has a series. */
export const narrowMetadata: Narrow = async ({ data }, { metricNames }) => {
  const names = await metricNames();
  const entries = Object.entries(data as Record<string, unknown>);
  return Object.fromEntries(entries.filter(([metric]) => suffixes.some((suffix) => names.has(metric + suffix))));
};

function seenBy(answer: ShardAnswer, { gate, attachedLabels }: TenantView): (thing: Labelled) => boolean {
  const attached = Object.entries(attachedLabels(answer));
  return ({ labels = {} }) => gate.admits(toLabelSet([...attached, ...Object.entries(labels)]));
}
