import { RE2JS } from 're2js';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { METRIC_NAME } from '../../model/label-set.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import { QueryError } from '../engine/query-error.ts';
import type { SeriesBlock } from '../engine/series-block.ts';
import type { FunctionContext, FunctionImplementation } from './function-context.ts';

/** `label_replace` and `label_join`. Values of the samples are untouched; equal label sets are the engine's to find. */
export const labelFunctions: Readonly<Record<string, FunctionImplementation>> = {
  label_replace: { shape: 'vector', kernel: ([vector], context) => replaceLabels(vector!, context) },
  label_join: { shape: 'vector', kernel: ([vector], context) => joinLabels(vector!, context) },
};

function replaceLabels(block: SeriesBlock, { strings }: FunctionContext): SeriesBlock {
  const [destination, replacement, source, expression] = strings.slice(1) as [string, string, string, string];
  const regex = compile(expression);
  checkLabelName(destination, 'label_replace');
  const labels = block.labels.map((own) => {
    const matcher = regex.matcher(valueOf(own, source));
    if (!matcher.matches()) return own;
    return withLabel(own, destination, expand(replacement, matcher));
  });
  return relabelled(block, labels, destination);
}

/** A metric name that was set here is not one to drop any more. */
function relabelled(block: SeriesBlock, labels: SeriesLabels[], destination: string): SeriesBlock {
  if (destination !== METRIC_NAME || block.dropName === undefined) return { ...block, labels };
  const dropName = block.dropName.map((marked, row) => (labels[row] === block.labels[row] ? marked : 0));
  return { ...block, labels, dropName };
}

function compile(expression: string): RE2JS {
  try {
    return RE2JS.compile(`^(?s:${expression})$`);
  } catch {
    throw new QueryError('execution', `invalid regular expression in label_replace(): ${expression}`);
  }
}

const reference = /\$(?:\$|(\w+)|\{(\w+)\})/g;

/** Go's `Regexp.Expand`: `$name` takes the longest name it can, what is not a group is empty. */
function expand(template: string, matcher: ReturnType<RE2JS['matcher']>): string {
  return template.replace(reference, (whole, bare: string | undefined, braced: string | undefined) => {
    if (whole === '$$') return '$';
    const name = bare ?? braced!;
    try {
      return (/^\d+$/.test(name) ? matcher.group(Number(name)) : matcher.group(name)) ?? '';
    } catch {
      return '';
    }
  });
}

function joinLabels(block: SeriesBlock, { strings }: FunctionContext): SeriesBlock {
  const [destination, separator, ...sources] = strings.slice(1) as [string, string, ...string[]];
  for (const source of sources) {
    if (source === '') throw new QueryError('execution', `invalid source label name in label_join(): ${source}`);
  }
  checkLabelName(destination, 'label_join');
  const labels = block.labels.map((own) =>
    withLabel(own, destination, sources.map((source) => valueOf(own, source)).join(separator)),
  );
  return relabelled(block, labels, destination);
}

function checkLabelName(name: string, where: string): void {
  if (name !== '') return;
  throw new QueryError('execution', `invalid destination label name in ${where}(): ${name}`);
}

function valueOf(labels: SeriesLabels, name: string): string {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1]!;
  return '';
}

/** The label set with one label set, or taken out where its value is empty. */
export function withLabel(labels: SeriesLabels, name: string, value: string): SeriesLabels {
  const result: string[] = [];
  let isPlaced = value === '';
  for (let i = 0; i < labels.length; i += 2) {
    const order = compareUtf8(labels[i]!, name);
    if (order >= 0 && !isPlaced) {
      result.push(name, value);
      isPlaced = true;
    }
    if (order !== 0) result.push(labels[i]!, labels[i + 1]!);
  }
  if (!isPlaced) result.push(name, value);
  return result;
}
