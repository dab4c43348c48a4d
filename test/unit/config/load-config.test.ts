import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMessages } from '../../../src/config/config-message.ts';
import { loadConfig, readConfigFile, readConfigText } from '../../../src/config/load-config.ts';
import { oneShard, parseSelector } from './check-text.ts';

const options = { file: 'f.yml', parseSelector };

describe('loadConfig', () => {
  it('gives the configuration and the warnings', () => {
    const { config, warnings } = loadConfig(`${oneShard}- {name: t, static_configs: [{targets: ["h:2"]}]}\n`, options);
    expect(config.shards.map(({ name }) => name)).toEqual(['s', 't']);
    expect(warnings).toEqual([
      {
        file: 'f.yml',
        line: 3,
        column: 3,
        severity: 'warning',
        path: 'shards[1].labels',
        message:
          'shards[1].labels: no label tells shard "t" from shard "s": it has no labels, so every series of the two must be compared',
      },
    ]);
  });

  it('throws one error with all problems', () => {
    const text = `${oneShard}global: {scrape_timeout: never}\nfoo: 1\n`;
    const message =
      'f.yml:3:26: global.scrape_timeout: expected a duration longer than 0 and at most 24d, such as 30s or 1m30s, got "never"\n' +
      'f.yml:4:1: foo: unknown key';
    expect(() => loadConfig(text, options)).toThrow(expect.objectContaining({ code: 'PG_CONFIG_INVALID', message }));
  });

  it('is frozen to the last leaf and can be sent to a thread', () => {
    const { config } = loadConfig(`${oneShard}aggregation_rules: [{source: a, record: b, by: [x]}]\n`, options);
    const thaw = (value: unknown): unknown[] =>
      typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(thaw)] : [];
    expect(thaw(config).length).toBeGreaterThan(10);
    expect(thaw(config).filter((part) => !Object.isFrozen(part))).toEqual([]);
    expect(structuredClone(config)).toStrictEqual(config);
  });
});

describe('readConfigFile', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'promgate-config-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('reads a file and names it in messages', async () => {
    const path = join(folder, 'good.yml');
    await writeFile(path, oneShard);
    expect((await readConfigFile(path, { parseSelector })).config.shards).toHaveLength(1);
    await writeFile(path, 'shards: []\n');
    const error = await readConfigFile(path, { parseSelector }).catch((error: unknown) => error);
    expect(configMessages(error)[0]).toMatchObject({ file: path, line: 1, column: 9 });
  });

  it.each([
    ['missing.yml', undefined, 'no such file'],
    ['.', undefined, 'is a directory'],
    ['latin1.yml', Buffer.from([0x66, 0xe9]), 'not valid UTF-8'],
    ['large.yml', Buffer.alloc(16_777_217), 'file of 16777217 bytes exceeds the limit of 16777216'],
  ])('refuses %s', async (name, content, reason) => {
    const path = join(folder, name);
    if (content !== undefined) await writeFile(path, content);
    await expect(readConfigText(path)).rejects.toMatchObject({
      code: 'PG_CONFIG_INVALID',
      message: `${path}: ${reason}`,
    });
  });
});
