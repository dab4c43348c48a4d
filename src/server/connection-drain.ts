import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionDrain {
  /** Whether a request of this connection waits for the end of its answer. */
  isAnswering(socket: Socket): boolean;
  /** From now on a connection is closed as soon as every answer on it has left. */
  start(): void;
}

/**
 * Node closes idle connections only at the moment the server is closed; one whose answer was under way then said keep-alive
 * and would hold the shutdown up until it times out. Must be called before the server listens.
 */
export function trackConnections(server: Server): ConnectionDrain {
  const open = new WeakMap<Socket, number>();
  let isDraining = false;
  server.on('request', ({ socket }, response) => {
    open.set(socket, (open.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = open.get(socket)! - 1;
      open.set(socket, left);
      if (isDraining && left === 0) socket.destroySoon();
    });
  });
  return {
    isAnswering: (socket) => (open.get(socket) ?? 0) > 0,
    start() {
      isDraining = true;
    },
  };
}
