import { expect, it } from 'vitest';
import { shardLabelBranches } from '../../../../src/federate/plan/shard-label-branches.ts';
import { createMatcher, type MatchOperator } from '../../../../src/model/matcher.ts';

type Matchers = readonly (readonly [operator: MatchOperator, value: string])[];

const absent = 'slave=""';

it.each<[what: string, matchers: Matchers, branches: readonly (readonly string[])[]]>([
  ['the attached value', [['=', '0']], [[absent], ['slave="0"']]],
  ['another value: only series that carry it themselves', [['=', '1']], [['slave="1"']]],
  ['no value: nothing can match', [['=', '']], []],
  ['any value, or none', [['=~', '.*']], [[]]],
  ['any value', [['!=', '']], [[]]],
  ['any value, as a regular expression', [['=~', '.+']], [[]]],
  ['all but another value', [['!=', '1']], [['slave!="1"']]],
  ['all but the attached value', [['!=', '0']], [['slave!="0"', 'slave!=""']]],
  ['all but the attached value, of those that have one', [['!~', '0|']], [['slave!~"0|"']]],
  ['a set with the attached value', [['=~', '0|1']], [[absent], ['slave=~"0|1"']]],
  ['a set with the attached value and none', [['=~', '0|']], [['slave=~"0|"']]],
  ['a set without the attached value', [['=~', '1|2']], [['slave=~"1|2"']]],
  ['only the empty set', [['=~', '']], []],
  [
    'contradictions',
    [
      ['=', '1'],
      ['=', '2'],
    ],
    [],
  ],
  [
    'contradictions with a set',
    [
      ['=~', '1|2'],
      ['!=', '1'],
      ['!=', '2'],
    ],
    [],
  ],
  [
    'several that hold',
    [
      ['=~', '0|1'],
      ['!=', '1'],
    ],
    [[absent], ['slave=~"0|1"', 'slave!="1"']],
  ],
  [
    'the attached value, not of their own',
    [
      ['=~', '0|'],
      ['!~', '0.+'],
    ],
    [['slave=~"0|"', 'slave!~"0.+"']],
  ],
])('%s', (_what, matchers, branches) => {
  const parsed = matchers.map(([operator, value]) => createMatcher('slave', operator, value));
  expect(shardLabelBranches(parsed, { name: 'slave', value: '0', owned: false })).toEqual(branches);
});

it.each<[matchers: Matchers, branches: readonly (readonly string[])[]]>([
  [[['=', '0']], [[]]],
  [[['=', '1']], []],
  [[['!=', '0']], []],
  [[['!=', '1']], [[]]],
  [
    [
      ['=~', '0|1'],
      ['!=', '0'],
    ],
    [],
  ],
])('where no series has the label itself, %j is decided here', (matchers, branches) => {
  const parsed = matchers.map(([operator, value]) => createMatcher('slave', operator, value));
  expect(shardLabelBranches(parsed, { name: 'slave', value: '0', owned: true })).toEqual(branches);
});
