import type { SectionSchema } from './json-schema.ts';
import { defaultedSection, labelName, list, section, text } from './values.ts';

const hashmodSchema = section(
  'Targets were spread by `action: hashmod`: a query that fixes `job` and the hashed labels by equality is for one shard.',
  {
    source_labels: list(
      'Labels of the series whose values were hashed, in the order of the relabelling.',
      sourceLabel(),
      {
        minItems: 1,
        uniqueItems: true,
        'x-expects': 'a list of at least one label name',
      },
    ),
    separator: { type: 'string', description: 'Of the relabelling.', default: ';', 'x-expects': 'a text' },
    modulus: {
      type: 'integer',
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Of the relabelling.',
      'x-expects': 'a whole number from 1',
    },
    jobs: list(
      'The jobs whose targets were spread like this; queries for other ones go everywhere.',
      text('', 'a job'),
      {
        minItems: 1,
        uniqueItems: true,
        'x-expects': 'a list of at least one job',
      },
    ),
  },
  ['source_labels', 'modulus', 'jobs'],
);

/** Labels that begin with two underscores are gone after relabelling, so no query can fix them. */
function sourceLabel(): typeof labelName {
  return {
    ...labelName,
    pattern: '^(?!__)',
    'x-expects': 'the name of a label that series have ("__address__" and the like are gone after relabelling)',
  };
}

export const shardingSchema: SectionSchema = defaultedSection(
  'How targets were spread over the shards, where a query can make use of it.',
  { hashmod: hashmodSchema },
);
