import type { SectionSchema } from './json-schema.ts';
import { choice, count, defaultedSection, duration, flag, list, size } from './values.ts';

const limitsSchema = defaultedSection('Going over one is a clear error, never a silent cut.', {
  max_series: count('Series of one answer; 0 for no limit.', 0, { min: 0, max: Number.MAX_SAFE_INTEGER }),
  max_response_bytes: size('Bytes of one answer before compression; 0 for no limit.', 0, 'unlimited'),
  max_concurrent: count('Fan-outs under way at once.', 8, { min: 1, max: 10_000 }),
  max_queued: count('Fan-outs that wait for their turn; others get 503.', 64, { min: 0, max: 100_000 }),
  max_line_bytes: size('One line of a replica.', '1MiB', 'refused'),
  max_label_value_bytes: size('One label value of a replica, decoded.', '256KiB', 'refused'),
  max_upstream_bytes: size('What one read of a replica may send, decompressed; 0 for no limit.', '4GiB', 'unlimited'),
  max_upstream_wire_bytes: size('The same as it comes over the wire; 0 for no limit.', '2GiB', 'unlimited'),
  max_labels_per_series: count('Labels of one series of a replica.', 1024, { min: 1, max: 1_000_000 }),
  max_buffered_bytes: size('What one replica read may hold back for sorting.', '64MiB', 'refused'),
  max_held_back_bytes: size(
    'What one answer may hold back of families that a rule can also produce.',
    '64MiB',
    'refused',
  ),
  max_groups_per_rule: count('Groups of one aggregation rule.', 100_000, { min: 1, max: 100_000_000 }),
  max_client_lag_bytes: size('How far a client may fall behind others that share its fan-out.', '8MiB', 'refused'),
});

export const federationSchema: SectionSchema = defaultedSection('What `/federate` answers.', {
  match: list(
    'Selectors used when a request has no `match[]`.',
    { type: 'string', 'x-expects': 'a selector (text)' },
    { default: [], 'x-expects': 'a list of selectors' },
  ),
  partial_response: choice(
    'When a shard fails: `warn` answers with the others and says so, `abort` fails the request.',
    ['warn', 'abort'],
    'warn',
  ),
  timestamps: choice('Whether passed-through samples keep their timestamps.', ['keep', 'drop'], 'keep'),
  reuse_for: duration('How long a complete answer may be given again to an equal request; 0 for never.', '0s'),
  coverage_series: flag('Whether answers also hold `promgate_aggregation_coverage_ratio{record}`.', false),
  limits: limitsSchema,
});
