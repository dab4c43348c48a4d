import { collectDefaultMetrics, type Registry } from 'prom-client';

/**
 * prom-client's names that promtool objects to (`_total` on a gauge) or that promgate measures better itself
 * (`promgate_event_loop_delay_seconds` resets less often and leaves the timer's own interval out).
 */
const unwanted = /^nodejs_(active_(handles|requests|resources)(_total)?|eventloop_lag.*)$/;

/** Registers the process metrics under the names that dashboards for Node.js know (`process_*`, `nodejs_*`). */
export function registerProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray()) {
    if (unwanted.test(name)) registry.removeSingleMetric(name);
  }
}
