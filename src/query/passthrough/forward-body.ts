import { GatewayError } from '../../model/errors.ts';
import type { Notes } from '../encode/envelope.ts';
import { HELD_BACK_BYTES, mapEnd, startsAsSuccess } from './answer-end.ts';

export interface Forwarding {
  /** Name of the replica, for messages. */
  readonly replica: string;
  readonly mapNotes: (notes: Notes) => Notes;
  /** Told before the only chunk of an answer that is handed on as it came. */
  readonly onUntouched: () => void;
}

/**
 * An answer as it comes, but for the positions in its annotations. The chunks are the caller's. Fails where it does not
 * end as a vector or matrix does.
 * @throws GatewayError `PG_PARSE_INVALID`, and what the body fails with
 */
export async function* forwardBody(
  body: Promise<AsyncIterable<Uint8Array>>,
  { replica, mapNotes, onUntouched }: Forwarding,
): AsyncGenerator<Uint8Array, void> {
  const held: Uint8Array[] = [];
  let bytes = 0;
  let isFirst = true;
  for await (const chunk of await body) {
    held.push(new Uint8Array(chunk));
    bytes += chunk.length;
    while (bytes - held[0]!.length >= HELD_BACK_BYTES) {
      const next = held.shift()!;
      bytes -= next.length;
      if (isFirst && !startsAsSuccess(next)) throw noAnswer(replica, next);
      isFirst = false;
      yield next;
    }
  }
  const tail = Buffer.concat(held);
  if (isFirst && !startsAsSuccess(tail)) throw noAnswer(replica, tail);
  const end = mapEnd(tail, mapNotes);
  if (end === undefined) throw noAnswer(replica, tail.subarray(-100));
  if (isFirst && end === tail) onUntouched();
  yield end;
}

function noAnswer(replica: string, bytes: Uint8Array): GatewayError {
  const shown = Buffer.from(bytes.subarray(0, 100)).toString('utf8').replace(/\s+/g, ' ');
  const reason = `replica ${replica}: the answer is not a vector or matrix of Prometheus' API: ${shown}`;
  return new GatewayError('PG_PARSE_INVALID', reason, { details: { replica } });
}
