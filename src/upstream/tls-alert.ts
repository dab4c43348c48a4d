import type { buildConnector } from 'undici';

/**
 * A connector whose TLS connections end with the alert of the peer: in TLS 1.3 a client certificate is refused after the
 * handshake, and of that undici says only that the other side closed.
 */
export function keepingAlerts(connect: buildConnector.connector): buildConnector.connector {
  return (target, callback) => {
    connect(target, (...result: buildConnector.CallbackArgs) => {
      const socket = result[1];
      socket?.prependOnceListener('error', (error) => socket.destroy(error));
      callback(...result);
    });
  };
}
