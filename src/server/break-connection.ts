import type { ServerResponse } from 'node:http';
import { rawSocketOf } from './tls/raw-socket.ts';

/**
 * Ends a response that cannot be completed so that no client takes it for a short but whole one: with a reset, because an
 * orderly close is the normal end of a body for HTTP/1.0 clients, with TLS or without.
 */
export function breakConnection(response: ServerResponse): void {
  if (response.socket !== null) rawSocketOf(response.socket).resetAndDestroy();
  response.destroy();
}
