import { describe, expect, it } from 'vitest';
import { createGroupLabels, type Grouping } from '../../../../src/federate/rules/group-labels.ts';
import { parseLabelKey } from '../../../../src/federate/rules/label-key.ts';
import { labels } from './rule-config.ts';

describe('createGroupLabels', () => {
  const series = labels({ instance: 'h', job: 'api', le: '5', slave: '0' });

  it.each<[Grouping, Record<string, string>]>([
    [{ by: ['job'] }, { job: 'api' }],
    [{ by: ['slave', 'job', 'zone'] }, { job: 'api', slave: '0' }],
    [{ by: [] }, {}],
    [{ without: ['slave'] }, { instance: 'h', job: 'api', le: '5' }],
    [{ without: ['slave', 'nothing'] }, { instance: 'h', job: 'api', le: '5' }],
    [{ without: [] }, { instance: 'h', job: 'api', le: '5', slave: '0' }],
    [{ by: ['job', 'le'], drop: 'le' }, { job: 'api' }],
    [
      { without: ['slave'], drop: 'le' },
      { instance: 'h', job: 'api' },
    ],
  ])('%j', (grouping, expected) => {
    expect(parseLabelKey(createGroupLabels(grouping).keyOf(series))).toEqual(labels(expected));
  });

  it('gives each label set its own key, whatever came before', () => {
    const groups = createGroupLabels({ without: ['slave'] });
    const sets = [
      labels({ a: '1', b: '2', slave: '0' }),
      labels({ a: '1', b: '2', slave: '1' }),
      labels({ a: '1', slave: '0' }),
      labels({ slave: '0' }),
      labels({}),
      labels({ a: '1' }),
      labels({ a: '1', b: '2' }),
      labels({ a: '1', b: '3' }),
    ];
    const keys = sets.map((set) => parseLabelKey(groups.keyOf(set)));
    expect(keys).toEqual([
      ['a', '1', 'b', '2'],
      ['a', '1', 'b', '2'],
      ['a', '1'],
      [],
      [],
      ['a', '1'],
      ['a', '1', 'b', '2'],
      ['a', '1', 'b', '3'],
    ]);
  });
});
