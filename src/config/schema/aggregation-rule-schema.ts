import type { JsonSchema, SectionSchema } from './json-schema.ts';
import { choice, duration, flag, labelName, list, positiveDuration, ratio, section, text } from './values.ts';

const template = (description: string): JsonSchema =>
  text(description, 'a metric name, in which $1 or ${name} stand for groups of `source`');

const labelNames = { uniqueItems: true, 'x-expects': 'a list of different label names' } as const;

export const aggregationRuleSchema: SectionSchema = section(
  'Aggregates series of all shards into series of the fleet.',
  {
    source: text(
      'RE2 expression, anchored at both ends, on the metric name of the source series.',
      'an RE2 expression',
    ),
    record: template('Metric name of the output; `$1` and `${name}` stand for groups of `source`.'),
    by: list('Labels that the output keeps. Excludes `without`.', labelName, labelNames),
    without: list('Labels that the output loses. Excludes `by`. Without either: all labels of the shards.', labelName, {
      ...labelNames,
    }),
    function: choice(
      'How source series become one; `auto` takes it from the operation part of the name.',
      ['auto', 'sum', 'min', 'max', 'count', 'group', 'avg'],
      'auto',
    ),
    weight: template('For `avg`: the metric that holds the number of observations behind each source series.'),
    ratio_of: list(
      'Metrics [numerator, denominator]: the output is the sum of one over the sum of the other.',
      template(''),
      {
        minItems: 2,
        maxItems: 2,
        'x-expects': 'a list of two metric names, [numerator, denominator]',
      },
    ),
    quantile: ratio('The output is this quantile over the summed classic buckets that `source` matches.'),
    on_missing_shard: choice(
      'When a shard is missing: `withhold` the output, `hold` the last value, or give the `partial` one.',
      ['withhold', 'hold', 'partial'],
      'withhold',
    ),
    hold_for: duration('How long `hold` gives the last value.', '5m'),
    keep_source: flag('Whether the source series are passed through as well.', true),
    continue: flag('Whether later rules also see what this one matched.', false),
    aggregation_window: positiveDuration('How long a shard that once fed a group is expected to go on.', '1h'),
  },
  ['source', 'record'],
);
