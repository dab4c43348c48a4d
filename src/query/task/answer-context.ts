import type { Config } from '../../config/config.ts';
import type { GatewayError } from '../../model/errors.ts';
import type { SharedJson } from '../../workers/shared-json.ts';
import type { WorkerPool } from '../../workers/worker-pool.ts';
import type { PlanOneShard } from '../passthrough/create-passthrough.ts';
import type { QueryTally } from '../query-tally.ts';
import type { QueryBlockMeta, QueryTask, QueryTaskResult, ReadTask } from './query-task.ts';
import type { ReplicaPreference } from './shards-of.ts';

export type QueryPool = WorkerPool<QueryTask | ReadTask, QueryBlockMeta, QueryTaskResult>;

export interface QueryServiceDeps {
  readonly config: Config;
  /** `config` for the worker threads. */
  readonly sharedConfig: SharedJson;
  readonly pool: QueryPool;
  /** Throws where nothing new may begin. */
  readonly guard: () => void;
  /** By index of a shard. */
  readonly preference: (shard: number) => ReplicaPreference;
  readonly now: () => number;
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
  readonly byOneShard: PlanOneShard;
  /** Told of the end of each. */
  readonly onEnd: (ended: EndedQuery) => void;
}

export type QueryKind = 'instant' | 'range' | 'read';

/** A query or remote read that is over. */
interface EndedQuery {
  readonly kind: QueryKind;
  /** `canceled` where the client left, whatever the thread made of it. */
  readonly outcome: QueryTaskResult['outcome'];
  readonly durationMs: number;
  /** Undefined where the client left before the end. */
  readonly tally: QueryTally | undefined;
}

/** What an answer under way has to know and to tell. */
export interface AnswerContext {
  readonly deps: QueryServiceDeps;
  readonly kind: QueryKind;
  /** Fires when the client has left. */
  readonly signal: AbortSignal;
  readonly startedMs: number;
  /** Gives the query's slot back. */
  readonly release: () => void;
}
