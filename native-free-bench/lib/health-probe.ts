import { get } from 'node:http';
import { quantile } from './statistics.ts';

export interface HealthProbe {
  /** Asks `/-/healthy` all the time until `work` is done. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** 99th percentile of all answer times so far; NaN when there was none. */
  p99Ms(): number;
}

const PROBE_EVERY_MS = 20;

/** Whether health answers whatever passes: the view from outside of the event-loop delay that the gateway measures. */
export function createHealthProbe(gatewayUrl: string): HealthProbe {
  const times: number[] = [];
  return {
    async during(work) {
      const asked: Promise<unknown>[] = [];
      const ask = (): void => void asked.push(timeHealth(gatewayUrl).then((ms) => times.push(ms)));
      const timer = setInterval(ask, PROBE_EVERY_MS);
      try {
        return await work();
      } finally {
        clearInterval(timer);
        await Promise.all(asked);
      }
    },
    p99Ms: () => quantile(times, 0.99),
  };
}

/** A refused or broken answer counts as an endless one. */
function timeHealth(gatewayUrl: string): Promise<number> {
  const started = performance.now();
  return new Promise((resolve) => {
    get(`${gatewayUrl}/-/healthy`, (response) => {
      response.resume().on('end', () => resolve(performance.now() - started));
      response.on('error', () => resolve(Infinity));
    }).on('error', () => resolve(Infinity));
  });
}
