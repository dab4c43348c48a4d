import { Gauge, type Registry } from 'prom-client';

export interface ConfigMetrics {
  /** A configuration was loaded, or could not be and the old one stays. `nowMs`: Unix ms. */
  observeLoad(succeeded: boolean, nowMs: number): void;
}

export function createConfigMetrics(registry: Registry): ConfigMetrics {
  const registers = [registry];
  const successful = new Gauge({
    name: 'promgate_config_last_reload_successful',
    help: 'Whether the last attempt to load the configuration succeeded.',
    registers,
  });
  const timestamp = new Gauge({
    name: 'promgate_config_last_reload_success_timestamp_seconds',
    help: 'Unix time at which a configuration was last loaded.',
    registers,
  });
  return {
    observeLoad(succeeded, nowMs) {
      successful.set(succeeded ? 1 : 0);
      if (succeeded) timestamp.set(nowMs / 1000);
    },
  };
}
