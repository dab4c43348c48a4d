import { compareUtf8 } from '../../model/compare-utf8.ts';
import { compareLabelSets } from '../../model/label-set.ts';
import { parseLabelKey } from './label-key.ts';
import type { OutputFamily, RuleOutput, RuleOutputs } from './rule-result.ts';
import { itemsPerStep, type Steps } from './steps.ts';

/** The groups that one rule has under one name. */
export interface OutputRun {
  readonly name: string;
  readonly rule: number;
  /** Label keys, in the order of their labels, unique. */
  readonly keys: readonly string[];
  /** By key; undefined where withheld. */
  readonly values: readonly (number | undefined)[];
}

export interface OrderedOutputs {
  readonly outputs: RuleOutputs;
  readonly conflicts: number;
}

/** The groups that all rules have under one name. */
interface Groups extends Pick<OutputRun, 'keys' | 'values'> {
  readonly ruleOf: (index: number) => number;
}

/**
 * All runs as one list sorted by name, then labels, each label set once. `runs` come in order of precedence: of equal
 * label sets the first run's stays, also when it is withheld; a value of another rule must not stand in for it.
 */
export function* orderOutputs(runs: readonly OutputRun[]): Steps<OrderedOutputs> {
  const families: OutputFamily[] = [];
  let conflicts = 0;
  const byName = Map.groupBy(runs, (run) => run.name);
  for (const name of [...byName.keys()].sort(compareUtf8)) {
    const [first, ...others] = byName.get(name)!;
    let groups = ofRun(first!);
    for (const other of others) {
      const merged = yield* mergeGroups(groups, ofRun(other));
      groups = merged.groups;
      conflicts += merged.conflicts;
    }
    yield;
    families.push(createFamily(name, groups));
  }
  return { outputs: createOutputs(families), conflicts };
}

function ofRun({ keys, values, rule }: OutputRun): Groups {
  return { keys, values, ruleOf: () => rule };
}

/** Also counts the values of `second` that were left out for groups of `first`. */
function* mergeGroups(first: Groups, second: Groups): Steps<{ groups: Groups; conflicts: number }> {
  const keys: string[] = [];
  const values: (number | undefined)[] = [];
  const rules: number[] = [];
  const take = (from: Groups, index: number): void => {
    keys.push(from.keys[index]!);
    values.push(from.values[index]);
    rules.push(from.ruleOf(index));
  };
  let conflicts = 0;
  for (let a = 0, b = 0; a < first.keys.length || b < second.keys.length;) {
    if (keys.length % itemsPerStep === 0) yield;
    const order = compareKeys(first.keys[a], second.keys[b]);
    if (order === 0 && second.values[b] !== undefined) conflicts += 1;
    if (order <= 0) take(first, a++);
    else take(second, b);
    if (order >= 0) b += 1;
  }
  return { groups: { keys, values, ruleOf: (index) => rules[index]! }, conflicts };
}

/** An absent key comes after all others. */
function compareKeys(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return compareLabelSets(parseLabelKey(a), parseLabelKey(b));
}

/** Outputs are made when they are asked for: all of them at once would be many times what they are made from. */
function createFamily(name: string, { keys, values, ruleOf }: Groups): OutputFamily {
  return {
    name,
    length: values.reduce<number>((count, value) => (value === undefined ? count : count + 1), 0),
    *[Symbol.iterator](): Generator<RuleOutput> {
      for (let i = 0; i < keys.length; i++) {
        const value = values[i];
        if (value !== undefined) yield { name, labels: parseLabelKey(keys[i]!), value, rule: ruleOf(i) };
      }
    },
  };
}

function createOutputs(families: readonly OutputFamily[]): RuleOutputs {
  return {
    families,
    length: families.reduce((count, family) => count + family.length, 0),
    *[Symbol.iterator]() {
      for (const family of families) yield* family;
    },
  };
}
