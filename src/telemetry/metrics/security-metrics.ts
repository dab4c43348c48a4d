import { Counter, Gauge, type Registry } from 'prom-client';

/** Labels are of closed sets: a user name or an address never becomes one. */
export interface SecurityMetrics {
  countFailure(reason: string): void;
  countHandshakeError(reason: string): void;
  countRefused(reason: string): void;
  /** The web configuration was read and is in use; Unix ms at which its certificate runs out. */
  webConfigLoaded(certExpiresMs: number | undefined): void;
  webConfigRefused(): void;
  watchPasswordQueue(length: () => number): void;
}

export function createSecurityMetrics(registry: Registry): SecurityMetrics {
  const registers = [registry];
  const failures = new Counter({
    name: 'promgate_http_auth_failures_total',
    help: 'Requests that were not let in.',
    labelNames: ['reason'] as const,
    registers,
  });
  const handshakes = new Counter({
    name: 'promgate_tls_handshake_errors_total',
    help: 'Connections that ended before a request because of TLS.',
    labelNames: ['reason'] as const,
    registers,
  });
  const refused = new Counter({
    name: 'promgate_http_refused_requests_total',
    help: 'Requests refused for their size, form or slowness, and connections over the limit.',
    labelNames: ['reason'] as const,
    registers,
  });
  const reloads = new Counter({
    name: 'promgate_web_config_loads_total',
    help: 'Readings of the web configuration and its files.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const expiry = new Gauge({
    name: 'promgate_tls_certificate_expiry_timestamp_seconds',
    help: "When the server's certificate runs out; 0 without TLS.",
    registers,
  });
  let queueLength = (): number => 0;
  const queue: Gauge = new Gauge({
    name: 'promgate_password_check_queue_length',
    help: 'Password checks that wait for a thread.',
    registers,
    collect: () => queue.set(queueLength()),
  });
  return {
    countFailure: (reason) => failures.inc({ reason }),
    countHandshakeError: (reason) => handshakes.inc({ reason }),
    countRefused: (reason) => refused.inc({ reason }),
    webConfigLoaded(certExpiresMs) {
      reloads.inc({ outcome: 'success' });
      expiry.set((certExpiresMs ?? 0) / 1000);
    },
    webConfigRefused: () => reloads.inc({ outcome: 'refused' }),
    watchPasswordQueue: (length) => (queueLength = length),
  };
}
