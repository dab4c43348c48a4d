import type { ServerResponse } from 'node:http';
import { GatewayError } from '../model/errors.ts';

/** Fires as soon as the connection closes before the response was finished, also while nothing has been sent yet. */
export function clientSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (response.writableFinished) return;
    controller.abort(new GatewayError('PG_CLIENT_GONE', 'the client closed the connection'));
  });
  return controller.signal;
}
