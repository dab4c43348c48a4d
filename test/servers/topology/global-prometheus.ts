import { startPrometheus, type PrometheusServer } from '../process/prometheus.ts';

export interface GlobalPrometheusOptions {
  readonly binary: string;
  readonly runDirectory: string;
  /** `host:port` of the gateway. */
  readonly gateway: string;
  readonly match: readonly string[];
  readonly scrapeInterval?: string;
  /** Takes samples out of order that are not older than this; default: none. */
  readonly outOfOrderTimeWindow?: string;
}

/** Starts the global server of the classic guides: it scrapes the gateway's `/federate` and honours labels and timestamps. */
export function startGlobalPrometheus(options: GlobalPrometheusOptions): Promise<PrometheusServer> {
  const { binary, runDirectory, gateway, match, scrapeInterval = '1s', outOfOrderTimeWindow } = options;
  return startPrometheus({
    name: 'global',
    binary,
    runDirectory,
    config: {
      global: { scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval },
      ...(outOfOrderTimeWindow && { storage: { tsdb: { out_of_order_time_window: outOfOrderTimeWindow } } }),
      scrape_configs: [
        {
          job_name: 'federate',
          honor_labels: true,
          metrics_path: '/federate',
          params: { 'match[]': match },
          static_configs: [{ targets: [gateway] }],
        },
      ],
    },
  });
}

/** What a scraping server counts when it throws samples away, as Prometheus 3.5 names and logs it. */
export interface RejectedSamples {
  readonly duplicate: number;
  readonly outOfOrder: number;
  readonly outOfBounds: number;
  /** Stored all the same, because the server has an `out_of_order_time_window`. */
  readonly storedOutOfOrder: number;
  /** Log lines about them. */
  readonly lines: readonly string[];
}

/** Samples that a server with an out-of-order window stored although it had newer ones of their series. */
export async function storedOutOfOrder(server: PrometheusServer): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { signal: AbortSignal.timeout(10_000) });
  const counters = (await response.text()).matchAll(
    /^prometheus_tsdb_head_out_of_order_samples_appended_total\S* (\S+)$/gm,
  );
  const values = [...counters].map(([, value]) => Number(value));
  if (values.length === 0) throw new Error(`${server.name} has no counter of samples stored out of order`);
  return values.reduce((sum, value) => sum + value, 0);
}

/** Reads how many scraped samples a server rejected since its start, from its own metrics and its log. */
export async function rejectedSamples(server: PrometheusServer): Promise<RejectedSamples> {
  const response = await fetch(`${server.url}/metrics`, { signal: AbortSignal.timeout(10_000) });
  const body = await response.text();
  const metric = (name: string): number | undefined => {
    const value = new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(body)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const counter = (kind: string): number => {
    const value = metric(`prometheus_target_scrapes_sample_${kind}_total`);
    if (value === undefined) throw new Error(`${server.name} has no counter of ${kind} samples`);
    return value;
  };
  return {
    duplicate: counter('duplicate_timestamp'),
    outOfOrder: counter('out_of_order'),
    outOfBounds: counter('out_of_bounds'),
    storedOutOfOrder: metric('prometheus_tsdb_head_out_of_order_samples_appended_total') ?? 0,
    lines: server.process.logs
      .split('\n')
      .filter((line) => /ingesting|out.of.order|duplicate|append failed|commit failed/i.test(line)),
  };
}
