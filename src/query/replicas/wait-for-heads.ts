import type { GatewayError } from '../../model/errors.ts';
import type { Patience } from '../../upstream/patience.ts';
import { orLate } from './or-late.ts';
import type { ReplicaStream } from './replica-stream.ts';
import { slowReplica } from './slow-replica.ts';

/**
 * Resolves when every replica has its next series, its end or a failure. A replica whose `patience` is over while a sibling
 * waits is dropped.
 */
export async function waitForHeads(
  streams: readonly ReplicaStream[],
  { patience, hedgeDelayMs }: { readonly patience: Patience<ReplicaStream>; readonly hedgeDelayMs: number },
): Promise<void> {
  for (;;) {
    const owing = streams.filter((stream) => stream.needsLoad);
    if (owing.length === 0) return;
    const first = (): Promise<'progress'> =>
      Promise.race(owing.map((stream) => stream.load())).then(() => 'progress' as const);
    // A failed sibling does not wait for anybody.
    const isAwaited = streams.some((stream) => !stream.needsLoad && stream.state !== 'failed');
    if (!isAwaited) {
      await first();
      continue;
    }
    await patience.during(owing, async (delayMs) => (await orLate(first(), delayMs)) ?? 'late');
    for (const stream of owing)
      if (stream.needsLoad && patience.isOver(stream)) stream.drop(tooSlow(stream, hedgeDelayMs));
  }
}

function tooSlow({ name }: ReplicaStream, hedgeDelayMs: number): GatewayError {
  const delay = `the hedge delay of ${Math.round(hedgeDelayMs)} ms`;
  return slowReplica(name, `owed bytes, or sent hardly any, for longer than ${delay} while a sibling waited`);
}
