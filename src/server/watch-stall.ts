import type { ServerResponse } from 'node:http';
import { GatewayError } from '../model/errors.ts';
import { breakConnection } from './break-connection.ts';

export interface StallOptions {
  /** A client that takes nothing for so long is cut off; 0 = never. */
  readonly clientStallTimeoutMs: number;
  /** Called when the client is cut off because it takes nothing. */
  readonly onStall: () => void;
}

/**
 * Cuts off a client that takes nothing. The socket's timer starts again with each write and with each part of one that
 * leaves, so it also runs out while the gateway waits for its upstreams; only bytes that the client owes to take make it
 * a stall.
 */
export function watchStall(
  response: ServerResponse,
  { clientStallTimeoutMs, onStall }: StallOptions,
): { error(): GatewayError | undefined } {
  let error: GatewayError | undefined;
  response.setTimeout(clientStallTimeoutMs, () => {
    if (response.writableLength === 0) return;
    const reason = `the client took nothing for client_stall_timeout ${clientStallTimeoutMs} ms`;
    error = new GatewayError('PG_CLIENT_SLOW', reason);
    onStall();
    breakConnection(response);
  });
  return { error: () => error };
}
