import {
  fieldsOf,
  labels,
  listOf,
  mapOf,
  number,
  object,
  optional,
  text,
  type Shape,
} from '../replicas/answer-shapes.ts';

// `data` of the endpoints about servers, as far as it is looked at; what else is there is handed on as it is.

type Fields = Readonly<Record<string, unknown>>;
type Labels = Readonly<Record<string, string>>;

export interface Labelled {
  readonly labels: Labels | undefined;
}

interface Rule extends Labelled {
  readonly lastError: string | undefined;
  readonly alerts: readonly (Fields & Labelled)[] | undefined;
}

const objects: Shape<readonly Fields[]> = optional(listOf(object), []);
const labelled: Shape<Fields & Labelled> = fieldsOf<Labelled>({ labels: optional(labels, undefined) });
const labelledThings: Shape<readonly (Fields & Labelled)[]> = listOf(labelled);

/** By metric. */
export const metadata: Shape<Readonly<Record<string, readonly Fields[]>>> = mapOf(listOf(object));

export interface ExemplarSeries {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly Fields[];
}

export const exemplars: Shape<readonly ExemplarSeries[]> = listOf(
  fieldsOf<ExemplarSeries>({ seriesLabels: labels, exemplars: objects }),
);

export interface RuleGroups {
  readonly groups: readonly (Fields & { readonly rules: readonly (Fields & Rule)[] })[];
}

const rule = fieldsOf<Rule>({
  labels: optional(labels, undefined),
  lastError: optional(text, undefined),
  alerts: optional(labelledThings, undefined),
});

export const rules: Shape<RuleGroups> = fieldsOf<RuleGroups>({
  groups: optional(listOf(fieldsOf({ rules: optional(listOf(rule), []) })), []),
});

export interface Alerts {
  readonly alerts: readonly (Fields & Labelled)[];
}

export const alerts: Shape<Alerts> = fieldsOf<Alerts>({ alerts: optional(labelledThings, []) });

export interface Targets {
  readonly activeTargets: readonly Fields[];
  readonly droppedTargets: readonly Fields[];
  readonly droppedTargetCounts: Readonly<Record<string, number>>;
}

export const targets: Shape<Targets> = fieldsOf<Targets>({
  activeTargets: objects,
  droppedTargets: objects,
  droppedTargetCounts: optional(mapOf(number), {}),
});

export const targetMetadata: Shape<readonly Fields[]> = listOf(object);

export interface ScrapePools {
  readonly scrapePools: readonly string[];
}

export const scrapePools: Shape<ScrapePools> = fieldsOf<ScrapePools>({ scrapePools: optional(listOf(text), []) });

export interface Alertmanagers {
  readonly activeAlertmanagers: readonly Fields[];
  readonly droppedAlertmanagers: readonly Fields[];
}

export const alertmanagers: Shape<Alertmanagers> = fieldsOf<Alertmanagers>({
  activeAlertmanagers: objects,
  droppedAlertmanagers: objects,
});

export interface NamedCount {
  readonly name: string;
  readonly value: number;
}

/** Names of the lists of the largest in `/api/v1/status/tsdb`. */
export const topLists = [
  'seriesCountByMetricName',
  'labelValueCountByLabelName',
  'memoryInBytesByLabelName',
  'seriesCountByLabelValuePair',
] as const;

export type TsdbStatus = { readonly headStats: Readonly<Record<string, number>> } & {
  readonly [List in (typeof topLists)[number]]: readonly NamedCount[];
};

const named: Shape<readonly NamedCount[]> = optional(listOf(fieldsOf<NamedCount>({ name: text, value: number })), []);

export const tsdbStatus: Shape<TsdbStatus> = fieldsOf<TsdbStatus>({
  headStats: optional(mapOf(number), {}),
  seriesCountByMetricName: named,
  labelValueCountByLabelName: named,
  memoryInBytesByLabelName: named,
  seriesCountByLabelValuePair: named,
});
