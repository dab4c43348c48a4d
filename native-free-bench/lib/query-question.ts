import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import type { Answer } from '../../test/conformance/query/compare-answers.ts';

/** A query at the end of the data, or over all of it. */
export interface Question {
  readonly query: string;
  readonly kind: 'instant' | 'range';
}

export interface TimeSpan {
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  readonly stepSeconds: number;
}

export interface Timed {
  /** From the request to the last byte. */
  readonly ms: number;
  readonly text: string;
}

/**
 * Asks a server for gzip, as Grafana does, and reads its whole answer. With as light a client as there is: what it takes itself
 * counts on both sides of a comparison.
 * @throws an `Error` unless it answers 200
 */
export async function askTimed(url: string, { query, kind }: Question, span: TimeSpan): Promise<Timed> {
  const form: Record<string, string> =
    kind === 'instant'
      ? { query, time: String(span.end) }
      : { query, start: String(span.start), end: String(span.end), step: String(span.stepSeconds) };
  const startedMs = performance.now();
  const { statusCode, headers, body } = await request(`${url}/api/v1/query${kind === 'range' ? '_range' : ''}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-encoding': 'gzip' },
    body: new URLSearchParams(form).toString(),
  });
  const bytes = Buffer.from(await body.arrayBuffer());
  const ms = performance.now() - startedMs;
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
  if (statusCode !== 200) throw new Error(`${query}: ${statusCode} ${text.slice(0, 500)}`);
  return { ms, text };
}

export function parseTimed({ text }: Timed): Answer {
  return { status: 200, body: JSON.parse(text) as Answer['body'] };
}
