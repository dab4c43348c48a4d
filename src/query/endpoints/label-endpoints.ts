import { escapeName } from '../../exposition/escaping.ts';
import type { PartialResponse, ShardConfig } from '../../config/config.ts';
import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { compareLabelSets, labelValue, METRIC_NAME, toLabelSet, type LabelSet } from '../../model/label-set.ts';
import type { Selector } from '../../model/matcher.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';
import type { GateOf } from '../../promql/selector/tenant-gates.ts';
import { createLabelAttacher } from '../replicas/attach-labels.ts';
import { listOutputs, outputNames } from '../rules/list-outputs.ts';
import { mayMatchOutputs } from '../rules/rule-outputs.ts';
import { labelSets, texts } from '../replicas/answer-shapes.ts';
import type { Form } from './ask-replicas.ts';
import {
  askShards,
  type AskShardsDeps,
  type ShardAnswer,
  type ShardAnswers,
  type ShardQuestion,
} from './ask-shards.ts';
import { gateSelectors } from './gate-selectors.ts';
import { shardMatches } from './shard-matches.ts';

/** What the endpoints about labels have in common. */
export interface LabelRequest {
  readonly selectors: readonly Selector[];
  /** `start` and `end` as they were asked for, checked. */
  readonly times: Form;
  /** 0 = no limit. */
  readonly limit: number;
  readonly partialResponse: PartialResponse;
  /** Whose view it is; undefined = one who may see everything. */
  readonly tenant: string | undefined;
  readonly signal: AbortSignal;
}

export interface LabelDeps extends AskShardsDeps {
  readonly gateOf: GateOf;
  readonly rules: CompiledRules;
}

/** A request whose selectors have passed the gate of its tenant. */
interface GatedRequest extends LabelRequest {
  readonly gate: SelectorGate;
}

export interface Found<T> {
  readonly data: T;
  readonly warnings: readonly string[];
}

/** Label sets of the matching series, sorted, each once. */
export async function findSeries(deps: LabelDeps, asked: LabelRequest): Promise<Found<Record<string, string>[]>> {
  const request = gated(deps, asked);
  const { answers, warnings } = await askMatching(deps, { path: '/api/v1/series', shape: labelSets }, request);
  const all = [...labelSetsOf(deps, answers), ...(await findOutputs(deps, request))];
  const sets = all.filter((labels) => request.gate.admits(labels));
  sets.sort(compareLabelSets);
  const unique = sets.filter((labels, i) => i === 0 || compareLabelSets(labels, sets[i - 1]!) !== 0);
  return limited(unique.map(toObject), warnings, request.limit);
}

/** Names of labels, sorted. */
export async function findLabelNames(deps: LabelDeps, asked: LabelRequest): Promise<Found<string[]>> {
  const request = gated(deps, asked);
  const { answers, warnings } = await askMatching(deps, { path: '/api/v1/labels', shape: texts }, request);
  const names = answers.flatMap(({ shard, data: own }) =>
    own.length === 0 ? own : [...own, ...Object.keys(attachedLabels(deps, shard))],
  );
  for (const labels of await findOutputs(deps, request)) names.push(...labels.filter((_, i) => i % 2 === 0));
  return limited(sortedUnique(names), warnings, request.limit);
}

/** Servers resolve slashes and dots of a path even where they come encoded: such a name goes in the escaped form. */
function pathSegment(name: string): string {
  return /\/|^\.\.?$/.test(name) ? escapeName(name, 'values') : name;
}

/** Values of a label, sorted; of a shard's label also the value that its series get. */
export async function findLabelValues(deps: LabelDeps, name: string, asked: LabelRequest): Promise<Found<string[]>> {
  const request = gated(deps, asked);
  const path = `/api/v1/label/${encodeURIComponent(pathSegment(name))}/values`;
  const { answers, warnings } = await askMatching(deps, { path, shape: texts }, request);
  const values = answers.flatMap(({ data }) => data);
  const attached = deps.config.shards.filter((shard) => Object.hasOwn(attachedLabels(deps, shard), name));
  if (attached.length > 0) {
    // A shard's series have its value only if it has any.
    const found = await askMatching(deps, { path: '/api/v1/labels', shape: texts }, { ...request, limit: 1 });
    for (const { shard, data } of found.answers) {
      const labels = attachedLabels(deps, shard);
      if (data.length > 0 && Object.hasOwn(labels, name)) values.push(labels[name]!);
    }
  }
  if (request.selectors.length > 0) {
    const outputs = await findOutputs(deps, request);
    values.push(...outputs.map((labels) => labelValue(labels, name)).filter((value) => value !== ''));
  } else if (name === METRIC_NAME) {
    values.push(...outputNames(values, deps.rules));
  }
  // A shard with such a series need not have one that has its own value.
  const enforced = request.gate.enforced.filter((matcher) => matcher.name === name);
  const seen = values.filter((value) => enforced.every((matcher) => matcher.accepts(value)));
  return limited(sortedUnique(seen), warnings, request.limit);
}

function gated({ gateOf }: LabelDeps, request: LabelRequest): GatedRequest {
  const gate = gateOf(request.tenant);
  return { ...request, gate, selectors: gateSelectors(request.selectors, gate) };
}

/** Label sets of the outputs of rules that the selectors match; none where there are no selectors. */
async function findOutputs(deps: LabelDeps, request: GatedRequest): Promise<LabelSet[]> {
  const { rules, config } = deps;
  const selections = request.selectors
    .map(({ matchers }) => matchers)
    .filter((matchers) => mayMatchOutputs(matchers, rules.rules));
  if (selections.length === 0 || rules.rules.length === 0) return [];
  const sources = rules.sourceSelectors.map((text) => ['match[]', text] as const);
  const { answers } = await askShards(deps, {
    ...request,
    path: '/api/v1/series',
    shape: labelSets,
    replicas: 'every',
    formOf: () => [...sources, ...request.times],
  });
  const { externalLabels } = config.global;
  return listOutputs(labelSetsOf(deps, answers), { rules, externalLabels, selections });
}

/** Label sets of series that shards told, the shards' labels attached. */
function labelSetsOf(
  deps: AskShardsDeps,
  answers: readonly ShardAnswer<readonly Readonly<Record<string, string>>[]>[],
): LabelSet[] {
  return answers.flatMap(({ shard, data }) => {
    const attach = createLabelAttacher(attachedLabels(deps, shard));
    return data.map((labels) => attach(toLabelSet(Object.entries(labels))));
  });
}

function askMatching<T>(
  deps: LabelDeps,
  question: Pick<ShardQuestion<T>, 'path' | 'shape'>,
  request: GatedRequest,
): Promise<ShardAnswers<T>> {
  const matches = shardMatches(request.selectors, deps.config);
  const limit: Form = request.limit === 0 ? [] : [['limit', String(request.limit)]];
  return askShards(deps, {
    ...request,
    ...question,
    replicas: 'every',
    formOf(shard) {
      if (request.selectors.length === 0) return [...request.times, ...limit];
      const texts = matches.texts(shard);
      return texts && [...texts.map((text) => ['match[]', text] as const), ...request.times, ...limit];
    },
  });
}

/** Labels that series of a shard get where they lack them. */
export function attachedLabels(
  { config }: Pick<AskShardsDeps, 'config'>,
  shard: ShardConfig,
): Readonly<Record<string, string>> {
  return { ...config.global.externalLabels, ...shard.labels };
}

function sortedUnique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(compareUtf8);
}

function toObject(labels: readonly string[]): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let i = 0; i < labels.length; i += 2) pairs.push([labels[i]!, labels[i + 1]!]);
  return Object.fromEntries(pairs);
}

function limited<T>(found: T[], warnings: readonly string[], limit: number): Found<T[]> {
  if (limit === 0 || found.length <= limit) return { data: found, warnings };
  const truncated = 'results truncated due to limit';
  return { data: found.slice(0, limit), warnings: [...warnings.filter((text) => text !== truncated), truncated] };
}
