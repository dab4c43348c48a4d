import { compareUtf8 } from '../../model/compare-utf8.ts';
import { compareLabelSets, type LabelSet } from '../../model/label-set.ts';
import type { RuleOutput } from './rule-result.ts';

/** The groups that one rule has under one name: sorted by labels, unique. */
export interface OutputRun {
  readonly name: string;
  readonly rule: number;
  readonly groups: readonly OutputGroup[];
}

export interface OutputGroup {
  readonly labels: LabelSet;
  /** Undefined when withheld. */
  readonly value: number | undefined;
}

export interface OrderedOutputs {
  readonly outputs: RuleOutput[];
  readonly conflicts: number;
}

/**
 * All runs as one list sorted by name, then labels, each label set once. `runs` come in order of precedence: of equal
 * label sets the first run's stays, also when it is withheld; a value of another rule must not stand in for it.
 */
export function orderOutputs(runs: readonly OutputRun[]): OrderedOutputs {
  const outputs: RuleOutput[] = [];
  let conflicts = 0;
  const byName = Map.groupBy(runs, (run) => run.name);
  for (const name of [...byName.keys()].sort(compareUtf8)) {
    let last: LabelSet | undefined;
    for (const { labels, value, rule } of sortedGroups(byName.get(name)!)) {
      const isDuplicate = last !== undefined && compareLabelSets(last, labels) === 0;
      last = labels;
      if (value === undefined) continue;
      if (isDuplicate) conflicts += 1;
      else outputs.push({ name, labels, value, rule });
    }
  }
  return { outputs, conflicts };
}

function sortedGroups(runs: readonly OutputRun[]): (OutputGroup & { readonly rule: number })[] {
  const groups = runs.flatMap((run) => run.groups.map(({ labels, value }) => ({ labels, value, rule: run.rule })));
  // The sort is stable, so precedence survives among equals.
  return runs.length === 1 ? groups : groups.sort((a, b) => compareLabelSets(a.labels, b.labels));
}
