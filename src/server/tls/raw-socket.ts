import type { Socket } from 'node:net';

const kRaw = Symbol('raw socket');

/** The TCP socket below a secured one; any other socket is its own. Only TCP can be reset. */
export function rawSocketOf(socket: Socket): Socket {
  return (socket as Socket & { [kRaw]?: Socket })[kRaw] ?? socket;
}

export interface Handshakes {
  begin(raw: Socket): void;
  /** Ends the handshake of a connection; `secured` then has its raw socket. */
  end(secured: Socket): void;
}

/** Node.js does not tell which socket a secured one was made from: both have the same other end. */
export function createHandshakes(): Handshakes {
  const underWay = new Map<string, Socket>();
  const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
  return {
    begin(raw) {
      const key = keyOf(raw);
      underWay.set(key, raw);
      raw.once('close', () => {
        if (underWay.get(key) === raw) underWay.delete(key);
      });
    },
    end(secured) {
      const raw = underWay.get(keyOf(secured));
      if (raw === undefined) return;
      underWay.delete(keyOf(secured));
      Object.defineProperty(secured, kRaw, { value: raw });
    },
  };
}
