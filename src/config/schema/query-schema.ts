import type { SectionSchema } from './json-schema.ts';
import { choice, count, defaultedSection, duration, flag, size } from './values.ts';

const limitsSchema = defaultedSection('Going over one is an error of the query, never a silent cut.', {
  max_concurrent: count('Queries under way at once.', 20, { min: 1, max: 10_000 }),
  max_queued: count('Queries that wait for their turn; others get 503.', 1000, { min: 0, max: 1_000_000 }),
  max_samples: count('Samples that one query may hold at once.', 50_000_000, { min: 1, max: Number.MAX_SAFE_INTEGER }),
  max_upstream_bytes: size('What one read of a replica may send, decompressed.', '1GiB', 'refused'),
});

export const querySchema: SectionSchema = defaultedSection('What `/api/v1` answers.', {
  partial_response: choice(
    'When a shard fails: `warn` answers with the others and says so in a warning, `abort` fails the request.',
    ['warn', 'abort'],
    'abort',
  ),
  push_down: flag('Whether shards evaluate the parts of a query that give the same answer there.', true),
  min_hedge_delay: duration('How long a replica may owe bytes while a sibling waits, before it is left out.', '1s'),
  experimental_functions: flag("Whether PromQL's experimental functions may be used. They are evaluated here.", false),
  limits: limitsSchema,
});
