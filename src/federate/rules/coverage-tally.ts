import { compareUtf8 } from '../../model/compare-utf8.ts';
import type { GroupPresence } from './group-presence.ts';
import type { RecordCoverage, ShardCoverage } from './rule-result.ts';

/** What became of a group. */
export type GroupOutcome = 'complete' | 'withheld' | 'held' | 'partial';

/** Counts the groups of one answer by what became of them. */
export interface CoverageTally {
  /** What counts the groups that a rule has under one name. */
  counter(output: {
    readonly rule: number;
    readonly record: string;
  }): (presence: GroupPresence, outcome: GroupOutcome) => void;
  /** As {@link RuleResult.coverage}. */
  records(): RecordCoverage[];
  /** As {@link RuleResult.shardCoverage}. */
  shards(): ShardCoverage[];
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export function createCoverageTally(shardNames: readonly string[]): CoverageTally {
  const records = new Map<string, Mutable<RecordCoverage>>();
  const shards = new Map<number, Mutable<ShardCoverage>[]>();

  const ensureRecord = (rule: number, record: string): Mutable<RecordCoverage> => {
    const id = `${rule} ${record}`;
    const entry = records.get(id) ?? { rule, record, ratio: 1, groups: 0, withheld: 0, held: 0, partial: 0 };
    records.set(id, entry);
    return entry;
  };
  const ensureShards = (rule: number): Mutable<ShardCoverage>[] => {
    const entries = shards.get(rule) ?? shardNames.map((shard) => ({ rule, shard, expected: 0, contributed: 0 }));
    shards.set(rule, entries);
    return entries;
  };

  return {
    counter({ rule, record }) {
      const entry = ensureRecord(rule, record);
      const ofRule = ensureShards(rule);
      return ({ expected, contributed }, outcome) => {
        entry.groups += 1;
        entry.ratio = Math.min(entry.ratio, expected.length === 0 ? 0 : contributed.length / expected.length);
        if (outcome !== 'complete') entry[outcome] += 1;
        for (const shard of expected) ofRule[shard]!.expected += 1;
        for (const shard of contributed) ofRule[shard]!.contributed += 1;
      };
    },
    records: () =>
      [...records.values()]
        .filter(({ groups }) => groups > 0)
        .sort((a, b) => compareUtf8(a.record, b.record) || a.rule - b.rule),
    shards: () =>
      [...shards.entries()]
        .filter(([, ofRule]) => ofRule.some(({ expected }) => expected > 0))
        .sort(([a], [b]) => a - b)
        .flatMap(([, ofRule]) => ofRule),
  };
}
