const EVENT_LOOP_P99 = /^promgate_event_loop_delay_seconds\{[^}]*quantile="0\.99"[^}]*\} (\S+)$/m;

/** The 99th percentile of the main thread's event-loop delay, as the gateway itself measured it; NaN where it does not. */
export async function eventLoopP99Ms(gatewayUrl: string): Promise<number> {
  const response = await fetch(`${gatewayUrl}/metrics`);
  return eventLoopP99Of(await response.text());
}

/** The same, from what `/metrics` gave. */
export function eventLoopP99Of(metrics: string): number {
  return Number(EVENT_LOOP_P99.exec(metrics)?.[1]) * 1_000;
}
