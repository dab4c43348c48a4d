import { gunzipSync } from 'node:zlib';
import { classifyFailure } from './classify-failure.ts';
import { decodeBody, endingWire } from './decode-body.ts';
import type { WireBody } from './wire-body.ts';

/** Compressed bodies that are no longer than this are decoded at once. */
const MAX_WIRE_BYTES = 16 * 1024;
const MAX_DECODED_BYTES = 1024 * 1024;

export interface SmallBodyOptions {
  /** Name of the replica, for messages. */
  readonly replica: string;
  /** Told of a body as it came, before the one chunk that it decodes to, where it is gzip and decoded at once. */
  readonly onGzip: ((bytes: Uint8Array) => void) | undefined;
}

/**
 * As {@link decodeBody}, for answers that as a rule are small: to make a streaming decoder takes longer than to decode
 * one. Nothing comes out before the first 16 KiB or the end have arrived.
 */
export function decodeSmallBody(
  wire: WireBody,
  contentEncoding: string,
  { replica, onGzip }: SmallBodyOptions,
): AsyncIterable<Uint8Array> {
  if (contentEncoding.trim().toLowerCase() !== 'gzip') return decodeBody(wire, contentEncoding, replica);
  return endingWire(wire, gunzip(wire, { replica, onGzip }));
}

async function* gunzip(
  wire: WireBody,
  { replica, onGzip }: SmallBodyOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const head: Uint8Array[] = [];
  let isWhole = false;
  while (!isWhole && wire.bytes <= MAX_WIRE_BYTES) {
    const next = await wire.next();
    if (next.done === true) isWhole = true;
    else head.push(next.value);
  }
  const whole = isWhole ? Buffer.concat(head) : undefined;
  const decoded = whole && decodeWhole(whole, replica);
  if (decoded !== undefined) {
    onGzip?.(whole!);
    yield decoded;
    return;
  }
  wire.unread(head);
  yield* decodeBody(wire, 'gzip', replica);
}

/** Undefined where it is too large after all, or more than one piece of compressed data. */
function decodeWhole(bytes: Uint8Array, replica: string): Uint8Array | undefined {
  try {
    const { buffer, engine } = gunzipSync(bytes, { info: true, maxOutputLength: MAX_DECODED_BYTES }) as unknown as {
      readonly buffer: Uint8Array;
      readonly engine: { readonly bytesWritten: number };
    };
    return engine.bytesWritten === bytes.length ? buffer : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw classifyFailure(error, { replica, answered: true, wireBytes: bytes.length });
  }
}
