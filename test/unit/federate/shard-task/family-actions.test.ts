import { describe, expect, it } from 'vitest';
import type { AggregationRuleConfig } from '../../../../src/config/config.ts';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import { createShardAggregation } from '../../../../src/federate/rules/shard-aggregation.ts';
import { createFamilyActions } from '../../../../src/federate/shard-task/family-actions.ts';
import { parseSelectors } from '../../../../src/promql/selector/parse-selector.ts';
import { createSelectorSet } from '../../../../src/promql/selector/selector-set.ts';

const rule: AggregationRuleConfig = {
  source: 'slave:(.+)',
  record: 'job:$1',
  without: ['slave'],
  function: 'sum',
  onMissingShard: 'withhold',
  holdForMs: 0,
  keepSource: true,
  continue: false,
  aggregationWindowMs: 1000,
};

interface Input {
  readonly match: readonly string[];
  readonly keepSource?: boolean;
  readonly evaluate?: boolean;
  readonly filterLines?: boolean;
}

function actions({ match, keepSource = true, evaluate = true, filterLines = false }: Input) {
  const rules = compileRules([{ ...rule, keepSource }]);
  return createFamilyActions({
    rules,
    sources: createSelectorSet(parseSelectors(rules.sourceSelectors)),
    aggregation: evaluate ? createShardAggregation(rules, { maxGroupsPerRule: 10 }) : undefined,
    filterLines,
    selectors: () => createSelectorSet(parseSelectors(match)),
  });
}

describe('createFamilyActions', () => {
  it.each([
    ['a family that no rule reads leaves unseen', { match: ['up'] }, 'node_load1', 'all', false],
    [
      'a source that was not asked for is only aggregated',
      { match: ['{__name__=~"job:.*"}'] },
      'slave:x',
      'none',
      true,
    ],
    ['a source that was asked for by name leaves', { match: ['{__name__=~".*:.*"}'] }, 'slave:x', 'all', true],
    [
      'a source leaves nowhere with keep_source: false',
      { match: ['slave:x'], keepSource: false },
      'slave:x',
      'none',
      true,
    ],
    [
      'also where rules are not evaluated',
      { match: ['slave:x'], keepSource: false, evaluate: false },
      'slave:x',
      'none',
      false,
    ],
    [
      'without rules a source is a family like others',
      { match: ['slave:x'], evaluate: false },
      'slave:x',
      'all',
      false,
    ],
    [
      'what was asked too widely is filtered',
      { match: ['up'], evaluate: false, filterLines: true },
      'node_load1',
      'none',
      false,
    ],
  ] as const)('%s', (_, input, name, ...expected) => {
    const action = actions(input)(name);
    expect([action.pass, action.rule !== undefined]).toEqual(expected);
  });

  it('holds the lines of a source against the selectors', () => {
    const { pass } = actions({ match: ['{job="api"}'] })('slave:x');
    if (typeof pass !== 'function') throw new Error('expected a predicate');
    expect([pass(['job', 'api', 'slave', '1']), pass(['job', 'db', 'slave', '1'])]).toEqual([true, false]);
  });
});
