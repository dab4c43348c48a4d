import type { ErrorCode, PlainError } from '../model/errors.ts';
import type { ReplicaOrder, ReplicaOutcome, ReplicaResult, ReplicaView } from './shard-view.ts';
import { createUsualBytes } from './usual-bytes.ts';

/** A server may be restarted with other labels without a read of it ever failing. */
const refreshLabelsMs = 60_000;
/** A server that did not tell (VictoriaMetrics never does) is not asked again on every request. */
const retryLabelsMs = 15_000;
/** One that told before may be too busy to tell again: what it told counts until it has kept silent so often. */
const maxSilences = 3;

/** Ends of a read that say nothing about the replica: we, or our client, wanted no more. */
const ourDoing: ReadonlySet<ErrorCode> = new Set(['PG_UPSTREAM_CLOSED', 'PG_CLIENT_GONE', 'PG_WORKER_CRASHED']);

/** Whether a read ended because of the replica, and not because we ended it. */
export function failedByItself(outcome: ReplicaOutcome): boolean {
  return outcome.result === 'failed' && !(outcome.error !== undefined && ourDoing.has(outcome.error.code));
}

export interface ReplicaDescription {
  readonly order: ReplicaOrder;
  /** As last learned, even when it is due for a refresh. */
  readonly externalLabels: Readonly<Record<string, string>> | undefined;
  /** `unused` until it was first read. */
  readonly lastResult: ReplicaResult;
  readonly lastError: PlainError | undefined;
  /** Unix ms. */
  readonly lastReadMs: number | undefined;
  /** When it last failed, or was left behind, Unix ms; -Infinity for never. */
  readonly lastFailedMs: number;
}

interface ReplicaRequest {
  readonly selection: string;
  /** Whether the view of the request asked for the external labels. */
  readonly asked: boolean;
}

export interface ReplicaMemory {
  /** Of a request for `selection`. */
  view(selection: string, nowMs: number): ReplicaView;
  observe(outcome: ReplicaOutcome, request: ReplicaRequest, nowMs: number): void;
  describe(): ReplicaDescription;
}

/**
 * What is known of one replica. When it fails its order is forgotten and its labels are asked for again: what answers next
 * may be another server. Until that tells others they stay, as lines would leave with labels of the replica otherwise.
 */
export function createReplicaMemory(): ReplicaMemory {
  let order: ReplicaOrder = 'unknown';
  let externalLabels: Readonly<Record<string, string>> | undefined;
  let askAgainMs = -Infinity;
  let silences = 0;
  let lastResult: ReplicaResult = 'unused';
  let lastError: PlainError | undefined;
  let lastReadMs: number | undefined;
  let lastFailedMs = -Infinity;
  const usual = createUsualBytes();

  const observeLabels = (outcome: ReplicaOutcome, asked: boolean, nowMs: number): void => {
    if (outcome.externalLabels !== undefined) {
      externalLabels = { ...outcome.externalLabels };
      askAgainMs = nowMs + refreshLabelsMs;
      silences = 0;
    } else if (asked && outcome.result === 'complete') {
      askAgainMs = nowMs + retryLabelsMs;
      silences += 1;
      if (silences >= maxSilences) externalLabels = undefined;
    }
  };

  return {
    view: (selection, nowMs) => {
      const ask = nowMs >= askAgainMs;
      return { order, externalLabels, askExternalLabels: ask, usualBytes: usual.view(selection, nowMs) };
    },
    observe(outcome, { selection, asked }, nowMs) {
      if (outcome.result === 'unused') return;
      lastResult = outcome.result;
      lastError = outcome.error;
      lastReadMs = nowMs;
      if (outcome.result === 'complete') usual.observe(selection, outcome.bytes, nowMs);
      if (outcome.result === 'dropped' || failedByItself(outcome)) lastFailedMs = nowMs;
      if (failedByItself(outcome)) {
        order = 'unknown';
        askAgainMs = -Infinity;
        return;
      }
      // A narrow request may come sorted from a server whose wide one does not: only a failure takes it back.
      if (order !== 'unsorted' && outcome.order !== 'unknown') ({ order } = outcome);
      observeLabels(outcome, asked, nowMs);
    },
    describe: () => ({ order, externalLabels, lastResult, lastError, lastReadMs, lastFailedMs }),
  };
}
