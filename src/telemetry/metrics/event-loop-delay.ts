import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metric, Registry } from 'prom-client';

const NAME = 'promgate_event_loop_delay_seconds';
const RESOLUTION_MS = 10;
const NANOSECONDS = 1e9;
const quantiles = [0.5, 0.9, 0.99, 1];

export interface EventLoopMonitor {
  stop(): void;
}

/**
 * Registers a summary of how late the main thread's event loop was: quantiles since the last collection that was at least
 * `windowMs` after the one before, so that two scrapers do not rob each other; sum and count since the start.
 */
export function watchEventLoop(registry: Registry, { windowMs }: { readonly windowMs: number }): EventLoopMonitor {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const earlier = { count: 0, sum: 0 };
  let windowStartMs = performance.now();
  const summary = {
    name: NAME,
    help: 'How late the event loop of the main thread ran; quantiles over the time since an earlier scrape.',
    type: 'summary',
    aggregator: 'omit',
    labelNames: ['quantile'],
    async get() {
      const count = histogram.count;
      const sum = count === 0 ? 0 : toDelaySeconds(histogram.mean) * count;
      const values: SummaryValue[] = quantiles.map((quantile) => ({
        labels: { quantile },
        value: count === 0 ? 0 : toDelaySeconds(histogram.percentile(quantile * 100)),
      }));
      values.push({ metricName: `${NAME}_sum`, labels: {}, value: earlier.sum + sum });
      values.push({ metricName: `${NAME}_count`, labels: {}, value: earlier.count + count });
      if (performance.now() - windowStartMs >= windowMs) {
        earlier.count += count;
        earlier.sum += sum;
        windowStartMs = performance.now();
        histogram.reset();
      }
      return { name: summary.name, help: summary.help, type: summary.type, aggregator: summary.aggregator, values };
    },
  };
  // The registry asks of a metric only a name and `get`; its type names the library's own classes.
  registry.registerMetric(summary as unknown as Metric);
  return { stop: () => histogram.disable() };
}

interface SummaryValue {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, number>>;
  readonly value: number;
}

/** The monitor records the time between two ticks of its timer, which is the delay plus its resolution. */
function toDelaySeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000);
}
