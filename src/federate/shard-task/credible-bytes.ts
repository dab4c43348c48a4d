import type { ReplicaRead } from './replica-read.ts';

/** How much longer than the last bodies a body may be before more of it is no progress, while a sibling waits. */
const MAX_GROWTH = 1.5;
const SLACK_BYTES = 16 * 1024;

/**
 * How many bytes the body of any of the replicas that are read can be believed to have, decompressed: an endless one looks
 * like that of a replica whose siblings have lost their data. `usualBytes`: of each read's body when it last came whole,
 * Infinity where that is not known.
 */
export function credibleBytes(reads: readonly ReplicaRead[], usualBytes: readonly number[]): number {
  let most = 0;
  for (const [replica, { isStarted, result, bytes }] of reads.entries()) {
    if (isStarted) most = Math.max(most, usualBytes[replica]!, result === 'complete' ? bytes : 0);
  }
  return MAX_GROWTH * most + SLACK_BYTES;
}
