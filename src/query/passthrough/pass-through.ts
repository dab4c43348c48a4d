import { GatewayError } from '../../model/errors.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import { auditReplicas, NotPushable } from '../parts/ask-shard.ts';
import { reportFailed, type FirstReplicaOptions } from '../replicas/first-replica.ts';
import { firstSuccess } from '../replicas/first-success.ts';
import type { ReplicaClient, ReplicaQuery } from '../replicas/replica-client.ts';
import { allReplicas, type QueryShard } from '../source/query-shard.ts';
import { forwardBody, type Forwarded } from './forward-body.ts';
import { mapNotes } from './map-notes.ts';
import type { Passthrough } from './plan-passthrough.ts';

/** What a shard of several replicas may answer: it is held whole, so that a sibling can take over. */
const maxHeldBytes = 1024 * 1024;

/** How much before its time a timer may fire, as clocks are read. */
const timerSlackMs = 2;

export interface PassOptions extends Omit<ReplicaQuery, 'text'> {
  readonly shard: QueryShard;
  /** The query that was asked of the gateway. */
  readonly text: string;
  /** Whether the client takes gzip: what it would not get from the shard itself is not asked for. */
  readonly acceptsGzip: boolean;
  /** Unix ms; the reads of the shard keep to it. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Told of replicas that failed while a sibling answered. */
  readonly onReplicaError: FirstReplicaOptions['onReplicaError'];
}

export interface PassedBody {
  readonly body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** The whole body in gzip, where it came so and nothing had to be changed. */
  readonly gzip?: Uint8Array;
}

/**
 * The answer of the one shard that a query is about. Undefined where it has to be evaluated here after all, or where
 * nobody answered as a Prometheus server does: whoever evaluates it will find out, and say why.
 * @throws QueryError what the shard says against the query, and that it timed out; the signal's reason
 */
export async function passThrough(plan: Passthrough, options: PassOptions): Promise<PassedBody | undefined> {
  try {
    const isAlone = allReplicas(options.shard).length === 1;
    const opened = isAlone ? open(plan, options, options.shard.replicas[0]!) : readWhole(plan, options);
    if (plan.asked.audits.length === 0) return await opened;
    const [body] = await Promise.all([opened, auditReplicas(options.shard, plan.asked.audits, options)]);
    return body;
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    if (isOver(error, options)) throw new QueryError('timeout', 'query timed out in query execution', { cause: error });
    if (error instanceof GatewayError || error instanceof NotPushable) return undefined;
    throw error;
  }
}

function isOver(error: unknown, { deadlineMs }: PassOptions): boolean {
  const isLate = error instanceof GatewayError && error.code === 'PG_UPSTREAM_TIMEOUT';
  return isLate && Date.now() >= deadlineMs - timerSlackMs;
}

/** Of the first replica that gives it whole; undefined where it is too long. */
async function readWhole(plan: Passthrough, options: PassOptions): Promise<PassedBody | undefined> {
  const { shard, signal } = options;
  const replicas = allReplicas(shard);
  const outcome = await firstSuccess(
    replicas.map((replica) => async (attempt: AbortSignal) => {
      const { body, ...opened } = await open(plan, { ...options, signal: attempt }, replica);
      const held: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of body) {
        held.push(chunk);
        bytes += chunk.length;
        if (bytes > maxHeldBytes) return 'too long';
      }
      return { ...opened, body: held };
    }),
    { delayMs: shard.hedgeDelayMs, signal, isFinal: (error) => !(error instanceof GatewayError) },
  );
  if (!('value' in outcome)) {
    const over = outcome.errors.find((error) => isOver(error, options));
    if (over !== undefined) throw over;
    return undefined;
  }
  reportFailed(outcome, replicas, options.onReplicaError);
  return outcome.value === 'too long' ? undefined : outcome.value;
}

/** Begins to read a replica's answer: to its end where it is short. */
async function open({ asked, expr }: Passthrough, options: PassOptions, replica: ReplicaClient): Promise<PassedBody> {
  const askedText = asked.texts[0]!;
  let gzip: Uint8Array | undefined;
  const onGzip = options.acceptsGzip ? (bytes: Uint8Array) => void (gzip = bytes) : undefined;
  const answer = await replica.answer({ ...options, text: askedText, onGzip }, options.signal);
  const forwarded = await forwardBody(answer, {
    replica: replica.name,
    mapNotes: (notes) => mapNotes(notes, { text: options.text, expr, askedText }),
  });
  return toBody(forwarded, gzip);
}

function toBody(forwarded: Forwarded, gzip: Uint8Array | undefined): PassedBody {
  if ('stream' in forwarded) return { body: forwarded.stream };
  const body = [forwarded.whole];
  return gzip !== undefined && forwarded.isUntouched ? { body, gzip } : { body };
}
