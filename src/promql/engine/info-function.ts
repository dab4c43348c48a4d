import { METRIC_NAME, labelValue } from '../../model/label-set.ts';
import { createMatcher, type Matcher } from '../../model/matcher.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import type { Call, VectorSelector } from '../ast/ast.ts';
import { withLabel } from '../functions/label-functions.ts';
import { BlockBuilder } from './block-builder.ts';
import type { Evaluation } from './evaluation.ts';
import { labelsKey } from './label-groups.ts';
import { QueryError } from './query-error.ts';
import { ABSENT, type SeriesBlock } from './series-block.ts';

const identifying = ['instance', 'job'];

/**
 * `info(v, selector)`: adds to each series the data labels of the info series with the same `instance` and `job`.
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#info
 */
export async function infoBlock(call: Call, evaluation: Evaluation): Promise<SeriesBlock> {
  const base = await evaluation.wholeVector(call.args[0]!);
  const matchers = call.args[1]?.kind === 'vector-selector' ? call.args[1].matchers : [];
  const nameMatchers = matchers.filter(({ name }) => name === METRIC_NAME);
  const selector: VectorSelector = {
    kind: 'vector-selector',
    matchers: nameMatchers.length > 0 ? nameMatchers : [createMatcher(METRIC_NAME, '=', 'target_info')],
    span: call.span,
  };
  const infos = await evaluation.wholeVector(selector);
  const dataMatchers = matchers.filter(({ name }) => name !== METRIC_NAME);
  return enrich({ base, infos, dataMatchers, isInfoName: (name) => selector.matchers.every((m) => m.accepts(name)) });
}

interface Enrichment {
  readonly base: SeriesBlock;
  readonly infos: SeriesBlock;
  readonly dataMatchers: readonly Matcher[];
  readonly isInfoName: (name: string) => boolean;
}

function enrich({ base, infos, dataMatchers, isInfoName }: Enrichment): SeriesBlock {
  const byTarget = new Map<string, number[]>();
  for (const [row, labels] of infos.labels.entries()) {
    const key = targetKey(labels);
    byTarget.set(key, [...(byTarget.get(key) ?? []), row]);
  }
  const output = new BlockBuilder(base.steps);
  const rows = new Map<string, number>();
  for (const [row, labels] of base.labels.entries()) {
    const isInfo = isInfoName(labelValue(labels, METRIC_NAME));
    const candidates = isInfo ? [] : (byTarget.get(targetKey(labels)) ?? []);
    for (let step = 0; step < base.steps; step++) {
      const at = row * base.steps + step;
      if (base.present[at] === ABSENT) continue;
      const present = candidates.filter((candidate) => infos.present[candidate * base.steps + step] !== ABSENT);
      const result = isInfo
        ? labels
        : withData(
            labels,
            present.map((found) => infos.labels[found]!),
            dataMatchers,
          );
      if (result === undefined) continue;
      const key = labelsKey(result);
      const target = rows.get(key) ?? output.addRow(result);
      rows.set(key, target);
      output.copy(target, step, { block: base, at });
    }
  }
  return output.toBlock();
}

function targetKey(labels: SeriesLabels): string {
  return identifying.map((name) => labelValue(labels, name)).join('\u0000');
}

/** The series with the data labels of its info series; undefined where a matcher wants a label that none gives. */
function withData(
  labels: SeriesLabels,
  infos: readonly SeriesLabels[],
  dataMatchers: readonly Matcher[],
): SeriesLabels | undefined {
  const data = new Map<string, string>();
  for (const info of infos) addData(data, info, { labels, dataMatchers });
  const given = (name: string): string => data.get(name) ?? '';
  if (
    dataMatchers.some((matcher) => !matcher.accepts(given(matcher.name)) && labelValue(labels, matcher.name) === '')
  ) {
    return undefined;
  }
  return [...data].reduce<SeriesLabels>((result, [name, value]) => withLabel(result, name, value), labels);
}

function addData(
  data: Map<string, string>,
  info: SeriesLabels,
  { labels, dataMatchers }: { labels: SeriesLabels; dataMatchers: readonly Matcher[] },
): void {
  const wanted = new Set(dataMatchers.map(({ name }) => name));
  for (let i = 0; i < info.length; i += 2) {
    const name = info[i]!;
    const value = info[i + 1]!;
    if (name === METRIC_NAME || identifying.includes(name) || labelValue(labels, name) !== '') continue;
    if (wanted.size > 0 && !wanted.has(name)) continue;
    if (dataMatchers.some((matcher) => matcher.name === name && !matcher.accepts(value))) continue;
    const other = data.get(name);
    if (other !== undefined && other !== value) throw new QueryError('execution', `conflicting label: ${name}`);
    data.set(name, value);
  }
}
