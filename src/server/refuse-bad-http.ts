import type { Socket } from 'node:net';
import { defaultSecurityHeaders } from './security-headers.ts';
import type { RefusalReason } from './strict-requests.ts';

const LINGER_MS = 1000;

export interface BadHttpOptions {
  /** Of request line and header fields together. */
  readonly maxHeadBytes: number;
  /** Whether an answer to an earlier request of the same connection is under way. */
  readonly isAnswering: (socket: Socket) => boolean;
  readonly onRefused: (reason: RefusalReason) => void;
}

/**
 * Answers what Node's HTTP parser refuses with one line of our own. The socket stays open for reading a moment, because a
 * close with unread bytes resets the connection and the client never sees the answer. In the middle of another answer
 * nothing can be said: the connection breaks.
 */
export function refuseBadHttp(error: Error & { code?: string }, socket: Socket, options: BadHttpOptions): void {
  if (socket.writableEnded) return;
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, text, reason } = describe(error.code, options.maxHeadBytes);
  options.onRefused(reason);
  if (options.isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const body = `${text}\n`;
  const headers = Object.entries({
    'Content-Type': 'text/plain; charset=utf-8',
    ...defaultSecurityHeaders,
    Connection: 'close',
    'Content-Length': Buffer.byteLength(body),
  });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n${body}`);
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

interface Answer {
  readonly status: string;
  readonly text: string;
  readonly reason: RefusalReason;
}

function describe(code: string | undefined, maxHeadBytes: number): Answer {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const text = `request line and headers exceed ${maxHeadBytes} bytes: use fewer or shorter match[]`;
    return { status: '431 Request Header Fields Too Large', text, reason: 'headers' };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: '408 Request Timeout', text: 'the request took too long to arrive', reason: 'timeout' };
  }
  return { status: '400 Bad Request', text: 'bad HTTP request', reason: 'syntax' };
}
