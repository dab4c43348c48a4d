import type { QueryErrorType } from '../../promql/engine/query-error.ts';
import { jsonHtmlText } from './json-text.ts';

/** HTTP status of each error type. @see spec: `unavailable` has none of its own and falls to 500 */
export const statusOf: Readonly<Record<QueryErrorType, number>> = {
  bad_data: 400,
  execution: 422,
  canceled: 499,
  timeout: 503,
  internal: 500,
  unavailable: 503,
  not_found: 404,
  forbidden: 403,
};

export interface ErrorEnvelope {
  readonly status: number;
  readonly text: string;
}

/** `{"status":"error",…}` as Prometheus writes it. */
export function errorEnvelope(type: QueryErrorType, message: string): ErrorEnvelope {
  const text = `{"status":"error","errorType":"${type}","error":${jsonHtmlText(message)}}`;
  return { status: statusOf[type], text };
}

export interface Notes {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** What follows `data` in a successful answer, its closing brace included. */
export function envelopeEnd({ warnings, infos }: Notes): string {
  return `${noteList('warnings', warnings)}${noteList('infos', infos)}}`;
}

function noteList(key: string, notes: readonly string[]): string {
  return notes.length === 0 ? '' : `,"${key}":[${notes.map((note) => jsonHtmlText(note)).join(',')}]`;
}
