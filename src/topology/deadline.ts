export interface ReadBudget {
  readonly nowMs: number;
  /** `scrape_timeout` of the shard. */
  readonly scrapeTimeoutMs: number;
  /** What the client said it waits (`X-Prometheus-Scrape-Timeout-Seconds`); undefined or not positive: it did not say. */
  readonly clientTimeoutMs?: number | undefined;
}

/**
 * When an upstream read has to end, Unix ms: after the shard's `scrape_timeout`, and early enough for the answer to
 * reach the client before it gives up.
 */
export function readDeadlineMs({ nowMs, scrapeTimeoutMs, clientTimeoutMs }: ReadBudget): number {
  if (clientTimeoutMs === undefined || !(clientTimeoutMs > 0)) return nowMs + scrapeTimeoutMs;
  return nowMs + Math.min(scrapeTimeoutMs, clientTimeoutMs - answerMarginMs(clientTimeoutMs));
}

/** Time kept back for the way to the client: 5 %, within 100 ms and 1 s, never more than half. */
export function answerMarginMs(clientTimeoutMs: number): number {
  const share = Math.min(Math.max(clientTimeoutMs * 0.05, 100), 1000);
  return Math.min(share, clientTimeoutMs / 2);
}
