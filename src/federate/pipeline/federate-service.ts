import type { FederateAnswer, FederateService } from '../service.ts';
import { createAnswer } from './answer.ts';
import type { FederateDeps } from './federate-deps.ts';
import { startReads } from './start-reads.ts';

/** Federation over all shards: plan, fan out to worker threads, merge, rules, trailer. */
export function createFederateService(deps: FederateDeps): FederateService {
  return {
    async federate(request, signal) {
      const plan = deps.planner.plan(request);
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

async function* withFirst(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    // A consumer that stops at the first chunk has not touched `rest` yet.
    await rest.return(undefined);
  }
}
