import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface HttpMetrics {
  /** One request ended; bytes are those of the body as written, after compression. */
  observeRequest(handler: string, outcome: { code: number; durationSeconds: number; bytes: number }): void;
  changeInFlight(by: 1 | -1): void;
  countClientCut(): void;
  countMemoryRefusal(): void;
}

export function createHttpMetrics(registry: Registry): HttpMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'promgate_http_requests_total',
    help: 'HTTP requests answered or given up; 499 = the client left before the first byte.',
    labelNames: ['handler', 'code'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'promgate_http_request_duration_seconds',
    help: 'Time from the request line to the last byte of the answer.',
    labelNames: ['handler'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers,
  });
  const bytes = new Counter({
    name: 'promgate_http_response_bytes_total',
    help: 'Bytes of response bodies, as compressed for the client.',
    labelNames: ['handler'] as const,
    registers,
  });
  const inFlight = new Gauge({
    name: 'promgate_http_requests_in_flight',
    help: 'HTTP requests under way.',
    registers,
  });
  const cut = new Counter({
    name: 'promgate_http_clients_cut_total',
    help: 'Clients of endpoints other than /federate that were cut off because they took nothing of their answer.',
    registers,
  });
  const memoryRefusals = new Counter({
    name: 'promgate_memory_refusals_total',
    help: 'Requests refused because the process held more memory than it may.',
    registers,
  });
  return {
    countClientCut: () => cut.inc(),
    countMemoryRefusal: () => memoryRefusals.inc(),
    observeRequest(handler, outcome) {
      requests.inc({ handler, code: String(outcome.code) });
      duration.observe({ handler }, outcome.durationSeconds);
      bytes.inc({ handler }, outcome.bytes);
    },
    changeInFlight: (by) => inFlight.inc(by),
  };
}
