import type { ErrorCode } from '../../../src/model/errors.ts';
import type { ShardJoinOptions } from '../../../src/federate/join/join-options.ts';
import { testSeed } from '../engine/seed.ts';

/** For fast-check. Set `FUZZ_SEED` to run a failure again, `FUZZ_RUNS` for longer runs. */
export const bounds: { readonly seed: number; readonly numRuns: number } = {
  seed: testSeed,
  numRuns: Number(process.env['FUZZ_RUNS'] ?? 400),
};

/** Small, so that damaged bodies reach them. */
export const limits: ShardJoinOptions['limits'] = {
  maxLineBytes: 500,
  maxLabelsPerSeries: 10,
  maxLabelValueBytes: 100,
  maxBufferedBytes: 20_000,
};

/** All that a join may say of a replica's bytes. */
export const listedErrors: readonly ErrorCode[] = [
  'PG_PARSE_INVALID',
  'PG_LIMIT_LINE',
  'PG_LIMIT_LABELS',
  'PG_LIMIT_LABEL_VALUE',
  'PG_LIMIT_BUFFER',
];
