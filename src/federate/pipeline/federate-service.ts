import { GatewayError } from '../../model/errors.ts';
import { noShards } from '../../model/no-shards.ts';
import type { FederateAnswer, FederateService } from '../service.ts';
import { createAnswer } from './answer.ts';
import type { FederateDeps } from './federate-deps.ts';
import { startReads } from './start-reads.ts';

/** Federation over all shards: plan, fan out to worker threads, merge, rules, trailer. */
export function createFederateService(deps: FederateDeps): FederateService {
  return {
    async federate(request, signal) {
      const plan = deps.planner.plan(request);
      if (deps.config.shards.length === 0) {
        throw new GatewayError('PG_SHARD_UNAVAILABLE', noShards);
      }
      const release = await deps.pool.admit(plan.shards.length, signal);
      const reads = startReads(deps, request, plan);
      // The slots are free when the tasks have ended, which may be after the answer has.
      void Promise.all(reads.map(({ ended }) => ended)).then(release);
      return firstChunkFirst(createAnswer(deps, { request, plan, reads, signal }));
    },
  };
}

/** Resolves once the first chunk is there, so that what goes wrong before it can still be answered with a status. */
async function firstChunkFirst(answer: {
  readonly isPartial: () => boolean;
  readonly chunks: AsyncGenerator<Uint8Array>;
}): Promise<FederateAnswer> {
  const first = await answer.chunks.next();
  return {
    get partial() {
      return answer.isPartial();
    },
    body: first.done === true ? answer.chunks : withFirst(first.value, answer.chunks),
  };
}

/** A generator would not do: returned before it was first asked, it would not let go of `rest`. */
function withFirst(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  let isFirst = true;
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      if (!isFirst) return rest.next();
      isFirst = false;
      return { value: first, done: false };
    },
    return: () => rest.return(undefined),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
