import { expect, it } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { createReload, type LoadConfig } from '../../../src/gateway/reload.ts';
import { GatewayError } from '../../../src/model/errors.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts';

const text = "shards:\n- name: a\n  static_configs: [{targets: ['127.0.0.1:9']}]\n";
const loaded = loadConfig(text, { file: 'promgate.yml', parseSelector: () => undefined });

function setUp(load: LoadConfig, apply: (config: Config) => Promise<void> = async () => {}) {
  const lines: string[] = [];
  const destination = { write: (line: string): void => void lines.push(line) };
  const logger = createLogger({ level: 'info', format: 'json', destination });
  const metrics = createMetrics({ version: '0', errorKind: (code) => code });
  let nowMs = 1000;
  const reload = createReload({ logger, metrics, now: () => nowMs }, load, apply);
  const gauges = async (): Promise<string[]> =>
    (await metrics.render()).body.split('\n').filter((line) => line.startsWith('promgate_config_'));
  return { reload, lines, gauges, metrics, setNow: (ms: number) => (nowMs = ms) };
}

it('puts what it loads in force and says when', async () => {
  const applied: Config[] = [];
  const { reload, gauges, metrics, setNow } = setUp(
    async () => loaded,
    async (config) => void applied.push(config),
  );
  expect(await gauges()).toEqual([
    'promgate_config_last_reload_successful 1',
    'promgate_config_last_reload_success_timestamp_seconds 1',
  ]);
  setNow(5500);
  await reload.reload();
  expect(applied).toEqual([loaded.config]);
  expect(reload.lastLoad()).toEqual({ succeeded: true, successMs: 5500 });
  expect(await gauges()).toContain('promgate_config_last_reload_success_timestamp_seconds 5.5');
  metrics.close();
});

it('keeps the old configuration and says why', async () => {
  const load = async (): Promise<never> => {
    throw new GatewayError('PG_CONFIG_INVALID', 'promgate.yml:3:1: unknown key');
  };
  const { reload, gauges, lines, metrics, setNow } = setUp(load);
  setNow(5500);
  await expect(reload.reload()).rejects.toMatchObject({
    code: 'PG_CONFIG_INVALID',
    message: 'not loaded, the old configuration stays: promgate.yml:3:1: unknown key',
  });
  expect(reload.lastLoad()).toEqual({ succeeded: false, successMs: 1000 });
  expect(await gauges()).toEqual([
    'promgate_config_last_reload_successful 0',
    'promgate_config_last_reload_success_timestamp_seconds 1',
  ]);
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({
    level: 'error',
    err: { message: 'promgate.yml:3:1: unknown key' },
  });
  metrics.close();
});

it('has nothing to load in the demo', async () => {
  const { reload, metrics } = setUp(undefined);
  await expect(reload.reload()).rejects.toMatchObject({ code: 'PG_USAGE' });
  metrics.close();
});
