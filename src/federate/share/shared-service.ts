import { GatewayError } from '../../model/errors.ts';
import type { FederateAnswer, FederateRequest, FederateService } from '../service.ts';
import { createAnswerCache, type AnswerCache, type KeptAnswer } from './answer-cache.ts';
import type { Clock } from './clock.ts';
import type { FanOutAdmission } from './fan-out-admission.ts';
import { SharedFanOut } from './shared-fan-out.ts';

/** What sharing reports; the counters behind it are the caller's. */
interface ShareEvents {
  /** A request joined the fan-out of another one. */
  onShared(): void;
  /** A request got a kept answer. */
  onReused(): void;
  /** A client fell too far behind the others of its fan-out. */
  onClientCut(): void;
}

export interface ShareOptions {
  /**
   * Equal for requests that select the same series. Tenant, partial mode, dedup and escaping are added here.
   * @throws GatewayError when the selectors are no selectors: the request fails with it.
   */
  readonly keyOf: (request: FederateRequest) => string;
  /** Places for fan-outs, also for those of other configurations. */
  readonly admission: FanOutAdmission;
  readonly maxClientLagBytes: number;
  /** How long after the start of its fan-out a complete answer may be given again; 0 = never. */
  readonly reuseForMs: number;
  /** Bound of all answers kept for reuse and of those being gathered for it; larger answers are not kept. */
  readonly maxReuseBytes: number;
  /** Clients of one fan-out; the next one starts another. */
  readonly maxClientsPerFanOut: number;
  readonly clock: Clock;
  readonly events: ShareEvents;
}

interface Sharing {
  readonly inner: FederateService;
  readonly options: ShareOptions;
  readonly cache: AnswerCache;
  /** Fan-outs that can still be joined, by key. */
  readonly open: Map<string, Set<SharedFanOut>>;
}

/**
 * Lets equal requests share one fan-out of `inner` until its first byte, bounds how many run, and gives complete answers
 * again for a short while. A fan-out runs with the deadline of the request that started it; a request with an earlier
 * deadline does not join but starts its own, so the shortest deadline of all who share one holds for all.
 */
export function createSharedService(inner: FederateService, options: ShareOptions): FederateService {
  const { clock, reuseForMs, maxReuseBytes } = options;
  const sharing: Sharing = {
    inner,
    options,
    cache: createAnswerCache({ reuseForMs, maxBytes: maxReuseBytes, now: () => clock.now() }),
    open: new Map(),
  };
  return {
    async federate(request, signal) {
      const key = shareKey(request, options.keyOf(request));
      const kept = sharing.cache.find(key);
      if (kept !== undefined) {
        options.events.onReused();
        return toAnswer(kept);
      }
      const deadlineMs = clock.now() + (request.timeoutMs ?? Number.POSITIVE_INFINITY);
      const running = findOpen(sharing, key, deadlineMs);
      if (running !== undefined) options.events.onShared();
      const fanOut = running ?? startFanOut(sharing, key, { request, deadlineMs });
      return fanOut.subscribe(signal);
    },
  };
}

function shareKey(request: FederateRequest, selectors: string): string {
  return JSON.stringify([request.tenant, selectors, request.partialResponse, request.dedup, request.escaping]);
}

function findOpen(sharing: Sharing, key: string, deadlineMs: number): SharedFanOut | undefined {
  for (const fanOut of sharing.open.get(key) ?? []) {
    const hasRoom = fanOut.subscriberCount < sharing.options.maxClientsPerFanOut;
    if (fanOut.deadlineMs <= deadlineMs && hasRoom) return fanOut;
  }
  return undefined;
}

function startFanOut(
  sharing: Sharing,
  key: string,
  { request, deadlineMs }: { request: FederateRequest; deadlineMs: number },
): SharedFanOut {
  const { options, open } = sharing;
  let release = (): void => {};
  const fanOut = new SharedFanOut({
    deadlineMs,
    maxClientLagBytes: options.maxClientLagBytes,
    collector: sharing.cache.collect(key),
    onClientCut: () => options.events.onClientCut(),
    onClosed() {
      const siblings = open.get(key);
      siblings?.delete(fanOut);
      if (siblings?.size === 0) open.delete(key);
    },
    onFinished: () => release(),
    async start(signal) {
      release = await options.admission.enter(deadlineMs, signal);
      return sharing.inner.federate(remaining(request, deadlineMs - options.clock.now()), signal);
    },
  });
  open.set(key, (open.get(key) ?? new Set()).add(fanOut));
  return fanOut;
}

/** Time spent in the queue is no longer there for the fan-out. */
function remaining(request: FederateRequest, remainingMs: number): FederateRequest {
  if (request.timeoutMs === undefined) return request;
  if (remainingMs <= 0) {
    throw new GatewayError(
      'PG_OVERLOADED',
      `no time left of ${request.timeoutMs} ms after waiting for a free fan-out`,
      {
        details: { retryAfterSeconds: 1 },
      },
    );
  }
  return { ...request, timeoutMs: remainingMs };
}

function toAnswer(kept: KeptAnswer): FederateAnswer {
  return { partial: false, body: readAgain(kept.chunks) };
}

async function* readAgain(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
