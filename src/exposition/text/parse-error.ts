import { GatewayError } from '../../model/errors.ts';
import { LF } from './byte-class.ts';

const EXCERPT_BYTES = 80;

/** Where in an exposition something stands that Prometheus' scraper would refuse. */
export interface EntryPosition {
  readonly bytes: Uint8Array;
  /** First byte of the entry. */
  readonly start: number;
  /** The byte that is wrong. */
  readonly at: number;
  /** End of what may be read. */
  readonly limit: number;
  /** Line number of `start`, from 1. */
  readonly line: number;
}

/** A `PG_PARSE_INVALID` that says where and why; who knows the shard and the replica adds them. */
export function invalidEntry(position: EntryPosition, reason: string): GatewayError {
  const { bytes, start, limit } = position;
  const at = Math.min(position.at, limit);
  let line = position.line;
  let lineStart = start;
  for (let p = start; p < at; p++) {
    if (bytes[p] !== LF) continue;
    line += 1;
    lineStart = p + 1;
  }
  const column = at - lineStart + 1;
  const excerpt = excerptOf(bytes, lineStart, limit);
  return new GatewayError(
    'PG_PARSE_INVALID',
    `line ${line}, column ${column}: ${reason}, in ${JSON.stringify(excerpt)}`,
    {
      details: { line, column, reason, excerpt },
    },
  );
}

function excerptOf(bytes: Uint8Array, start: number, limit: number): string {
  const lineEnd = bytes.indexOf(LF, start);
  const end = Math.min(lineEnd === -1 ? limit : lineEnd, limit);
  const text = new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + EXCERPT_BYTES)));
  return end - start > EXCERPT_BYTES ? `${text}…` : text;
}
