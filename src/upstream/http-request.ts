import type { Dispatcher } from 'undici';

import { GatewayError } from '../model/errors.ts';
import { classifyFailure, type ReadProgress } from './classify-failure.ts';
import type { Connections } from './connections.ts';
import { WireBody } from './wire-body.ts';

export interface HttpRequest {
  /** With the query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Sent with POST; undefined = GET. Only for what may be repeated: a read. */
  readonly body?: Uint8Array;
  /** Name of the replica, for messages. */
  readonly replica: string;
  /** What is asked, for messages. Default: a replica. */
  readonly role?: 'replica' | 'token endpoint';
  /** Unix ms; covers the whole read, to the last byte of the body. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** What a request goes over. */
export interface RequestVia {
  readonly connections: Connections;
  /** Unix ms. */
  readonly now: () => number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of a repeated header the values are joined with `, `. */
  readonly header: (name: string) => string;
  /** To be read to its end or returned early; until then it holds a connection, at most until the deadline. */
  readonly body: WireBody;
}

/**
 * One read on a kept-alive connection; resolves at the response headers, whatever the status is. A connection that turns
 * out to be closed when it is used again is replaced once, as a read may be repeated.
 * The promise and the body fail with {@link GatewayError}: `PG_UPSTREAM_CONNECT`, `_DNS`, `_TLS`, `_PROXY`, `_RESET`,
 * `_TIMEOUT`, `_ENCODING` (the peer does not speak HTTP/1.1), `_CLOSED`; with the signal's reason where that is a GatewayError.
 */
export async function httpRequest(request: HttpRequest, via: RequestVia): Promise<HttpResponse> {
  const mayBeStale = via.connections.mayBeStale();
  try {
    return await new Exchange(request, via).start();
  } catch (error) {
    const lost = error instanceof GatewayError && error.code === 'PG_UPSTREAM_RESET';
    if (lost && mayBeStale) return new Exchange(request, via).start();
    throw error;
  }
}

const maxTimerMs = 2 ** 31 - 1;

class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest;
  readonly #connections: Connections;
  readonly #startedMs: number;
  readonly #headers = Promise.withResolvers<HttpResponse>();
  #controller: Dispatcher.DispatchController | undefined;
  #body: WireBody | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Set when we ended it: undici has no way to take back a request whose connection is still being made. */
  #cancelled: GatewayError | undefined;

  constructor(request: HttpRequest, { connections, now }: RequestVia) {
    this.#request = request;
    this.#connections = connections;
    this.#startedMs = now();
  }

  start(): Promise<HttpResponse> {
    const { path, headers, body, signal, deadlineMs } = this.#request;
    const leftMs = deadlineMs - this.#startedMs;
    if (signal.aborted) this.#onAbort();
    else if (leftMs <= 0) this.#onDeadline();
    if (this.#cancelled === undefined) {
      signal.addEventListener('abort', this.#onAbort);
      this.#timer = setTimeout(this.#onDeadline, Math.min(leftMs, maxTimerMs));
      const request = body === undefined ? ({ method: 'GET' } as const) : ({ method: 'POST', body } as const);
      const { dispatcher, origin } = this.#connections;
      const given = headers as Record<string, string | string[]>;
      const options = { ...request, origin, path, headers: given, headersTimeout: 0, bodyTimeout: 0 };
      dispatcher.dispatch(options, this);
    }
    return this.#headers.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cancelled !== undefined) controller.abort(this.#cancelled);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    const body = new WireBody({
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      abort: (reason) => this.#abort(reason),
    });
    this.#body = body;
    this.#headers.resolve({ status, header: (name) => [headers[name] ?? []].flat().join(', '), body });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    this.#release();
    this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, cause: Error): void {
    this.#release();
    const error = classifyFailure(cause, this.#progress());
    this.#headers.reject(error);
    this.#body?.fail(error);
  }

  readonly #onAbort = (): void => {
    const { reason } = this.#request.signal as { reason: unknown };
    const { replica, role = 'replica' } = this.#request;
    const closed = (): GatewayError =>
      new GatewayError('PG_UPSTREAM_CLOSED', `${role} ${replica}: read closed by the gateway`, {
        details: { replica },
      });
    this.#cancel(reason instanceof GatewayError ? reason : closed());
  };

  readonly #onDeadline = (): void => {
    const { replica, role = 'replica', deadlineMs } = this.#request;
    const budgetMs = Math.max(0, Math.round(deadlineMs - this.#startedMs));
    const what =
      this.#body === undefined
        ? `no response within ${budgetMs} ms`
        : `body not complete within ${budgetMs} ms, ${this.#body.bytes} bytes received`;
    this.#cancel(
      new GatewayError('PG_UPSTREAM_TIMEOUT', `${role} ${replica}: ${what}`, { details: { replica, budgetMs } }),
    );
  };

  #cancel(error: GatewayError): void {
    this.#cancelled = error;
    this.#headers.reject(error);
    if (this.#body === undefined) this.#abort(error);
    else this.#body.cancel(error);
  }

  #abort(reason: Error): void {
    this.#release();
    this.#controller?.abort(reason);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#request.signal.removeEventListener('abort', this.#onAbort);
  }

  #progress(): ReadProgress {
    return {
      replica: this.#request.replica,
      role: this.#request.role ?? 'replica',
      proxy: this.#connections.proxy,
      answered: this.#body !== undefined,
      wireBytes: this.#body?.bytes ?? 0,
    };
  }
}
