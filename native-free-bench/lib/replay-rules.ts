/** The rule of the classic guides: what a slave recorded, aggregated over the slaves, by the operation in the name. */
export const JOB_RULES: readonly Readonly<Record<string, unknown>>[] = [
  { source: 'slave:(.+)', record: 'job:$1', without: ['slave'], function: 'auto' },
];
