import { GatewayError } from '../../model/errors.ts';
import type { Notes } from '../encode/envelope.ts';
import { HELD_BACK_BYTES, mapEnd, startsAsSuccess } from './answer-end.ts';

export interface Forwarding {
  /** Name of the replica, for messages. */
  readonly replica: string;
  readonly mapNotes: (notes: Notes) => Notes;
}

/** A short answer, and whether it is as it came; or a longer one, as it comes. */
export type Forwarded =
  | { readonly whole: Uint8Array; readonly isUntouched: boolean }
  | { readonly stream: AsyncGenerator<Uint8Array, void> };

/**
 * An answer but for the positions in its annotations. Its chunks are the caller's. Fails where it does not end as a vector
 * or matrix does; a longer one while it is read.
 * @throws GatewayError `PG_PARSE_INVALID`, and what the body fails with
 */
export async function forwardBody(body: AsyncIterable<Uint8Array>, forwarding: Forwarding): Promise<Forwarded> {
  const chunks = body[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let bytes = 0;
  try {
    while (bytes < HELD_BACK_BYTES) {
      const next = await chunks.next();
      if (next.done === true) return wholeOf(held, forwarding);
      held.push(new Uint8Array(next.value));
      bytes += next.value.length;
    }
    return { stream: streamed(startOf(held, forwarding), chunks, forwarding) };
  } catch (error) {
    await chunks.return?.();
    throw error;
  }
}

function wholeOf(held: readonly Uint8Array[], forwarding: Forwarding): Forwarded {
  const all = startOf(held, forwarding);
  const whole = endOf(all, forwarding);
  return { whole, isUntouched: whole === all };
}

/** At most {@link HELD_BACK_BYTES} and a chunk are held. */
async function* streamed(
  head: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
  forwarding: Forwarding,
): AsyncGenerator<Uint8Array, void> {
  const held = [head];
  let bytes = head.length;
  try {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      held.push(new Uint8Array(next.value));
      bytes += next.value.length;
      while (bytes - held[0]!.length >= HELD_BACK_BYTES) {
        const first = held.shift()!;
        bytes -= first.length;
        yield first;
      }
    }
    yield endOf(Buffer.concat(held), forwarding);
  } finally {
    await chunks.return?.();
  }
}

function startOf(held: readonly Uint8Array[], { replica }: Forwarding): Buffer {
  const start = Buffer.concat(held);
  if (!startsAsSuccess(start)) throw noAnswer(replica, start);
  return start;
}

function endOf(tail: Buffer, { replica, mapNotes }: Forwarding): Uint8Array {
  const end = mapEnd(tail, mapNotes);
  if (end === undefined) throw noAnswer(replica, tail.subarray(-100));
  return end;
}

function noAnswer(replica: string, bytes: Uint8Array): GatewayError {
  const shown = Buffer.from(bytes.subarray(0, 100)).toString('utf8').replace(/\s+/g, ' ');
  const reason = `replica ${replica}: the answer is not a vector or matrix of Prometheus' API: ${shown}`;
  return new GatewayError('PG_PARSE_INVALID', reason, { details: { replica } });
}
