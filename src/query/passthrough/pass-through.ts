import { GatewayError } from '../../model/errors.ts';
import { auditReplicas, NotPushable } from '../parts/ask-shard.ts';
import type { ReplicaClient, ReplicaQuery } from '../replicas/replica-client.ts';
import { type FirstReplicaOptions, reportFailed } from '../replicas/first-replica.ts';
import { firstSuccess } from '../replicas/first-success.ts';
import type { JsonAnswer } from '../service.ts';
import { allReplicas, type QueryShard } from '../source/query-shard.ts';
import { forwardBody } from './forward-body.ts';
import { mapNotes } from './map-notes.ts';
import type { Passthrough } from './plan-passthrough.ts';

/** What a shard of several replicas may answer: it is held whole, so that a sibling can take over. */
const maxHeldBytes = 1024 * 1024;

export interface PassOptions extends Omit<ReplicaQuery, 'text'> {
  readonly shard: QueryShard;
  /** The query that was asked of the gateway. */
  readonly text: string;
  readonly signal: AbortSignal;
  /** Told of replicas that failed while a sibling answered. */
  readonly onReplicaError: FirstReplicaOptions['onReplicaError'];
}

export type PassedBody = Pick<JsonAnswer, 'body' | 'gzip'>;

/**
 * The answer of the one shard that a query is about. Undefined where it has to be evaluated here after all, or where
 * nobody answered as a Prometheus server does: whoever evaluates it will find out, and say why.
 * @throws QueryError what the shard says against the query; the signal's reason
 */
export async function passThrough(plan: Passthrough, options: PassOptions): Promise<PassedBody | undefined> {
  try {
    const [body] = await Promise.all([
      allReplicas(options.shard).length === 1 ? openStream(plan, options) : readWhole(plan, options),
      auditReplicas(options.shard, plan.asked.audits, options),
    ]);
    return body;
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    if (error instanceof GatewayError || error instanceof NotPushable) return undefined;
    throw error;
  }
}

async function openStream(plan: Passthrough, options: PassOptions): Promise<PassedBody> {
  const { body, gzip } = forward(plan, options, { replica: options.shard.replicas[0]!, signal: options.signal });
  const first = await body.next();
  return withGzip(gzip(), pieces(first.done === true ? [] : [first.value], body));
}

/** Of the first replica that gives it whole; undefined where it is too long. */
async function readWhole(plan: Passthrough, options: PassOptions): Promise<PassedBody | undefined> {
  const { shard, signal } = options;
  const replicas = allReplicas(shard);
  const outcome = await firstSuccess(
    replicas.map((replica) => async (attempt: AbortSignal) => {
      const held: Uint8Array[] = [];
      let bytes = 0;
      const { body, gzip } = forward(plan, options, { replica, signal: attempt });
      for await (const chunk of body) {
        held.push(chunk);
        bytes += chunk.length;
        if (bytes > maxHeldBytes) return 'too long';
      }
      return withGzip(gzip(), pieces(held));
    }),
    { delayMs: shard.hedgeDelayMs, signal, isFinal: (error) => !(error instanceof GatewayError) },
  );
  if (!('value' in outcome) || outcome.value === 'too long') return undefined;
  reportFailed(outcome, replicas, options.onReplicaError);
  return outcome.value;
}

function withGzip(gzip: Uint8Array | undefined, body: AsyncIterable<Uint8Array>): PassedBody {
  return gzip === undefined ? { body } : { body, gzip };
}

interface Forwarded {
  readonly body: AsyncGenerator<Uint8Array, void>;
  /** After the first chunk: all of the body in gzip, where it came so and nothing had to be changed. */
  readonly gzip: () => Uint8Array | undefined;
}

function forward(
  { asked, expr }: Passthrough,
  options: PassOptions,
  { replica, signal }: { readonly replica: ReplicaClient; readonly signal: AbortSignal },
): Forwarded {
  const askedText = asked.texts[0]!;
  let compressed: Uint8Array | undefined;
  let isUntouched = false;
  const onGzip = (bytes: Uint8Array): void => void (compressed = bytes);
  const answer = replica.answer({ ...options, text: askedText, onGzip }, signal);
  const body = forwardBody(answer, {
    replica: replica.name,
    mapNotes: (notes) => mapNotes(notes, { text: options.text, expr, askedText }),
    onUntouched: () => (isUntouched = true),
  });
  return { body, gzip: () => (isUntouched ? compressed : undefined) };
}

async function* pieces(
  head: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array> = emptyBody,
): AsyncGenerator<Uint8Array, void> {
  yield* head;
  yield* rest;
}

const emptyBody: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} };
