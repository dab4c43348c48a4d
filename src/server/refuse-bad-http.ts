import type { Socket } from 'node:net';

const LINGER_MS = 1000;

/**
 * Answers what Node's HTTP parser refuses with one line of our own. The socket stays open for reading a moment, because a
 * close with unread bytes resets the connection and the client never sees the answer.
 */
export function refuseBadHttp(error: Error & { code?: string }, socket: Socket, maxHeaderBytes: number): void {
  if (socket.writableEnded) return;
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, reason] = describe(error.code, maxHeaderBytes);
  const body = `${reason}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n` +
      `Connection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function describe(code: string | undefined, maxHeaderBytes: number): [status: string, reason: string] {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const reason = `request line and headers exceed ${maxHeaderBytes} bytes: use fewer or shorter match[]`;
    return ['431 Request Header Fields Too Large', reason];
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['408 Request Timeout', 'the request took too long to arrive'];
  return ['400 Bad Request', 'bad HTTP request'];
}
