import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';

/**
 * Ends a response that cannot be completed so that no client takes it for a short but whole one: with a reset, because an
 * orderly close is the normal end of a body for HTTP/1.0 clients. TLS has an end of its own, which is left out.
 */
export function breakConnection(response: ServerResponse): void {
  if (response.socket instanceof TLSSocket) response.socket.destroy();
  else response.socket?.resetAndDestroy();
  response.destroy();
}
