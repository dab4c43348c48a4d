import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { watchHangup } from '../../../src/cli/hangup.ts';
import type { Logger } from '../../../src/telemetry/logger.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { serve, type GatewayStart, type ServeDeps } from '../../../src/cli/serve.ts';
import type { ServerFlags } from '../../../src/cli/server-flags.ts';
import { watchTermination } from '../../../src/cli/termination.ts';

let directory: string;
let configFile: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promgate-serve-'));
  configFile = join(directory, 'promgate.yml');
  await writeFile(configFile, "shards:\n- name: a\n  static_configs: [{targets: ['127.0.0.1:9']}]\n");
});
afterEach(() => rm(directory, { recursive: true }));

function setUp(close: (graceMs: number) => Promise<void> = async () => {}) {
  const signals = new EventEmitter();
  const starts: GatewayStart[] = [];
  const graces: number[] = [];
  const reloads: (Config | 'failed')[] = [];
  const lines: string[] = [];
  const started = Promise.withResolvers<void>();
  const logger: Logger = createLogger({
    level: 'info',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  });
  const deps: ServeDeps = {
    async startGateway(start) {
      starts.push(start);
      started.resolve();
      return {
        url: 'http://127.0.0.1:1',
        async reload() {
          await start.loadConfig!().then(
            ({ config }) => reloads.push(config),
            () => reloads.push('failed'),
          );
        },
        close(graceMs) {
          graces.push(graceMs);
          return close(graceMs);
        },
      };
    },
    parseSelector: () => undefined,
    createLogger: () => logger,
    termination: watchTermination(signals),
    watchHangup: () => watchHangup(signals),
    version: '1.2.3',
    writeOut: () => {},
    graceMs: 5000,
  };
  const messages = (): string[] => lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  return { signals, starts, graces, reloads, deps, messages, started: started.promise };
}

const flags = (overrides: Partial<ServerFlags> = {}): ServerFlags => ({
  configFile,
  listen: { host: '127.0.0.1', port: 1 },
  externalUrl: undefined,
  routePrefix: '',
  webConfigFile: undefined,
  requestLimits: {},
  enableLifecycle: false,
  logLevel: 'info',
  logFormat: 'json',
  texts: { 'log.format': 'json' },
  ...overrides,
});

describe('serve', () => {
  it.each(['SIGTERM', 'SIGINT'])('runs until %s, then closes with the grace period', async (signal) => {
    const { signals, starts, graces, deps, messages, started } = setUp();
    const done = serve(flags(), deps);
    await started;
    expect(starts[0]).toMatchObject({
      version: '1.2.3',
      enableLifecycle: false,
      flags: { 'log.format': 'json' },
      listen: { host: '127.0.0.1', port: 1 },
    });
    expect(starts[0]!.config.shards.map(({ name }) => name)).toEqual(['a']);
    expect(graces).toEqual([]);
    signals.emit(signal, signal);
    expect(await done).toBe(0);
    expect(graces).toEqual([5000]);
    expect(messages().slice(-2)).toEqual(['shutting down; a second signal ends it at once', 'ended']);
  });

  it('reads the file again at SIGHUP and goes on', async () => {
    const { signals, reloads, deps, started } = setUp();
    const done = serve(flags(), deps);
    signals.emit('SIGHUP', 'SIGHUP');
    await started;
    await expect.poll(() => reloads).toMatchObject([{ shards: [{ name: 'a' }] }]);
    await writeFile(configFile, "shards:\n- name: b\n  static_configs: [{targets: ['127.0.0.1:9']}]\n");
    signals.emit('SIGHUP', 'SIGHUP');
    await expect.poll(() => reloads.at(-1)).toMatchObject({ shards: [{ name: 'b' }] });
    await writeFile(configFile, 'bogus: 1\n');
    signals.emit('SIGHUP', 'SIGHUP');
    await expect.poll(() => reloads.at(-1)).toBe('failed');
    signals.emit('SIGTERM', 'SIGTERM');
    expect(await done).toBe(0);
  });

  it('ends at once at the second signal', async () => {
    const { signals, deps, messages, started } = setUp(() => new Promise(() => {}));
    const done = serve(flags(), deps);
    await started;
    signals.emit('SIGTERM', 'SIGTERM');
    signals.emit('SIGTERM', 'SIGTERM');
    expect(await done).toBe(1);
    expect(messages().at(-1)).toBe('ended at once, requests under way were broken off');
  });

  it.each([
    ['no such file', '/nowhere.yml', /^\/nowhere.yml: no such file$/],
    ['a faulty file', undefined, /promgate.yml:1:1: .*unknown/],
  ])('fails before it starts anything with %s', async (_what, file, message) => {
    const { starts, deps } = setUp();
    await writeFile(configFile, 'bogus: 1\n');
    await expect(serve(flags({ configFile: file ?? configFile }), deps)).rejects.toMatchObject({
      code: 'PG_CONFIG_INVALID',
      message: expect.stringMatching(message) as string,
    });
    expect(starts).toEqual([]);
  });

  it('logs the warnings of the configuration', async () => {
    const { signals, deps, messages, started } = setUp();
    await writeFile(
      configFile,
      "shards:\n- name: a\n  static_configs: [{targets: ['127.0.0.1:9']}]\n- name: b\n  static_configs: [{targets: ['127.0.0.1:10']}]\n",
    );
    const done = serve(flags(), deps);
    await started;
    signals.emit('SIGTERM', 'SIGTERM');
    await done;
    expect(messages().some((message) => message.startsWith(`${configFile}:`))).toBe(true);
  });
});
