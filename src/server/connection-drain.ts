import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionDrain {
  /** Whether a request of this connection waits for the end of its answer. */
  isAnswering(socket: Socket): boolean;
  /** From now on answers say that their connection closes, and it is closed as soon as every answer on it has left. */
  start(): void;
}

/**
 * Node closes idle connections only at the moment the server is closed; one whose answer was under way then said keep-alive
 * and would hold the shutdown up until it times out. Must be called before the server listens.
 */
export function trackConnections(server: Server): ConnectionDrain {
  const open = new Map<Socket, Set<ServerResponse>>();
  let isDraining = false;
  const ended = (socket: Socket, response: ServerResponse): void => {
    const responses = open.get(socket);
    responses?.delete(response);
    if (responses?.size !== 0) return;
    open.delete(socket);
    if (isDraining) socket.destroySoon();
  };
  server.on('request', ({ socket }, response) => {
    const responses = open.get(socket) ?? new Set();
    open.set(socket, responses.add(response));
    if (isDraining) response.shouldKeepAlive = false;
    response.once('close', () => ended(socket, response));
  });
  return {
    isAnswering: (socket) => open.has(socket),
    start() {
      isDraining = true;
      for (const responses of open.values()) announceClose([...responses]);
    },
  };
}

/** Of the answers of one connection the last one says it: those behind the one that does would not leave. */
function announceClose(responses: readonly ServerResponse[]): void {
  const last = responses.at(-1);
  if (last !== undefined) last.shouldKeepAlive = false;
}
