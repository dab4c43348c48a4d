import { GatewayError } from '../../model/errors.ts';
import { orLate } from './or-late.ts';
import type { ReplicaStream } from './replica-stream.ts';

/**
 * Resolves when every replica has its next series, its end or a failure. A replica that owes longer than the hedge delay
 * while a sibling waits is dropped.
 */
export async function waitForHeads(streams: readonly ReplicaStream[], hedgeDelayMs: number): Promise<void> {
  let owing = streams.filter((stream) => stream.needsLoad);
  if (owing.length === 0) return;
  const loads = Promise.all(owing.map((stream) => stream.load()));
  if (owing.length === 1 && streams.every((stream) => stream.state === 'failed' || stream === owing[0])) {
    await loads;
    return;
  }
  await Promise.race(owing.length === streams.length ? owing.map((stream) => stream.load()) : [Promise.resolve()]);
  // A failed sibling does not wait for anybody.
  while (streams.every((stream) => stream.needsLoad || stream.state === 'failed')) {
    owing = streams.filter((stream) => stream.needsLoad);
    if (owing.length === 0) return;
    await Promise.race(owing.map((stream) => stream.load()));
  }
  if ((await orLate(loads, hedgeDelayMs)) === undefined) {
    for (const stream of streams.filter((candidate) => candidate.needsLoad)) stream.drop(tooSlow(stream, hedgeDelayMs));
  }
}

function tooSlow({ name }: ReplicaStream, hedgeDelayMs: number): GatewayError {
  const reason = `replica ${name}: owed bytes for more than ${Math.round(hedgeDelayMs)} ms while a sibling waited`;
  return new GatewayError('PG_UPSTREAM_SLOW', reason, { details: { replica: name } });
}
