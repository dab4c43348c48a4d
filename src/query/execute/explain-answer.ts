import type { JsonAnswer } from '../service.ts';
import type { Explanation } from './explain-query.ts';
import { explanationText } from './explanation-text.ts';

/** An explanation as the answer of an endpoint: in Prometheus' envelope, or as plain text. */
export function explainAnswer(explanation: Explanation, format: 'json' | 'text'): JsonAnswer {
  const isText = format === 'text';
  const text = isText ? explanationText(explanation) : `{"status":"success","data":${JSON.stringify(explanation)}}`;
  return { status: 200, body: oneChunk(text), ...(isText ? { contentType: 'text/plain; charset=utf-8' } : {}) };
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text);
}
