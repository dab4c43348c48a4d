import { QueryError } from '../../promql/engine/query-error.ts';

/** Fires when the client leaves or the time is over, with what the query is to fail with. */
export function limitTime(deadlineMs: number, gone: AbortSignal): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const onGone = (): void => controller.abort(new QueryError('canceled', 'query was canceled in query execution'));
  gone.addEventListener('abort', onGone);
  const onTimeout = (): void => controller.abort(new QueryError('timeout', 'query timed out in query execution'));
  const timer = setTimeout(onTimeout, Math.max(0, deadlineMs - Date.now()));
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      gone.removeEventListener('abort', onGone);
    },
  };
}
