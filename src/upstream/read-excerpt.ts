import { decodeBody } from './decode-body.ts';
import type { HttpResponse } from './http-request.ts';

const maxExcerptBytes = 200;
/** A longer rest is not worth a kept connection. */
const maxDrainedBytes = 64 * 1024;

/**
 * The first 200 bytes of an error body on one line, without control characters; "" when there is none or it cannot be
 * read. The body is drained where that is cheap, so that its connection can be used again, and ended otherwise.
 */
export async function readExcerpt(response: HttpResponse, replica: string): Promise<string> {
  const start: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of decodeBody(response.body, response.header('content-encoding'), replica)) {
      if (length < maxExcerptBytes) start.push(Uint8Array.from(chunk));
      length += chunk.length;
      if (length > maxDrainedBytes) break;
    }
  } catch {
    // The status says more than a second failure would.
    await response.body.return();
  }
  const text = Buffer.concat(start).subarray(0, maxExcerptBytes).toString('utf8');
  return text.replace(/[\s\p{Cc}\u2028\u2029\uFFFD]+/gu, ' ').trim();
}
