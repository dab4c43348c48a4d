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
    const ofName = byName.get(name)!;
    if (ofName.length === 1) giveRun(ofName[0]!, outputs);
    else conflicts += giveMerged(ofName, outputs);
  }
  return { outputs, conflicts };
}

function giveRun({ name, rule, groups }: OutputRun, outputs: RuleOutput[]): void {
  for (const { labels, value } of groups) {
    if (value !== undefined) outputs.push({ name, labels, value, rule });
  }
}

/** Returns how many values were left out for those of an earlier run. */
function giveMerged(runs: readonly OutputRun[], outputs: RuleOutput[]): number {
  const groups = runs.flatMap(({ name, rule, groups }) =>
    groups.map(({ labels, value }) => ({ name, labels, value, rule })),
  );
  // The sort is stable, so precedence survives among equals.
  groups.sort((a, b) => compareLabelSets(a.labels, b.labels));
  let conflicts = 0;
  let last: LabelSet | undefined;
  for (const { name, labels, value, rule } of groups) {
    const isDuplicate = last !== undefined && compareLabelSets(last, labels) === 0;
    last = labels;
    if (value === undefined) continue;
    if (isDuplicate) conflicts += 1;
    else outputs.push({ name, labels, value, rule });
  }
  return conflicts;
}
