import { compareLabelSets, type LabelSet } from '../../model/label-set.ts';
import { parseLabelKey } from './label-key.ts';
import { itemsPerStep, type Steps } from './steps.ts';

/** Keys that are sorted in one step. */
const runLength = 256;

/** The keys in the order of their label sets ({@link compareLabelSets}). Cheap where they come sorted, as they mostly do. */
export function* sortLabelKeys(keys: readonly string[]): Steps<readonly string[]> {
  let runs: (readonly string[])[] = [];
  for (let i = 0; i < keys.length; i += runLength) {
    runs.push(sortRun(keys.slice(i, i + runLength)));
    yield;
  }
  while (runs.length > 1) {
    const merged: (readonly string[])[] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(yield* mergeLabelKeys(runs[i]!, runs[i + 1] ?? []));
    runs = merged;
  }
  return runs[0] ?? [];
}

/** Merges sorted keys that are in one of the two only; label sets are parsed in proportion to the second. */
export function* mergeLabelKeys(first: readonly string[], second: readonly string[]): Steps<readonly string[]> {
  if (second.length === 0) return first;
  const merged: string[] = [];
  let next = 0;
  for (let i = 0; i < second.length; i++) {
    if (i % itemsPerStep === 0) yield;
    const key = second[i]!;
    const end = next === first.length ? next : firstAfter(first, next, parseLabelKey(key));
    while (next < end) merged.push(first[next++]!);
    merged.push(key);
  }
  while (next < first.length) merged.push(first[next++]!);
  return merged;
}

function sortRun(keys: readonly string[]): string[] {
  return keys
    .map((key) => ({ key, labels: parseLabelKey(key) }))
    .sort((a, b) => compareLabelSets(a.labels, b.labels))
    .map(({ key }) => key);
}

/** Index, `from` or later, of the first key that comes after `labels`: in strides that double, then by halving. */
function firstAfter(keys: readonly string[], from: number, labels: LabelSet): number {
  const comesBefore = (index: number): boolean => compareLabelSets(parseLabelKey(keys[index]!), labels) < 0;
  let low = from;
  let stride = 1;
  while (low + stride <= keys.length && comesBefore(low + stride - 1)) {
    low += stride;
    stride *= 2;
  }
  let high = Math.min(low + stride - 1, keys.length);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comesBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
