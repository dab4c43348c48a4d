import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskExternalLabels } from '../../../src/cli/check-live.ts';
import { registerCheckCommand } from '../../../src/cli/check.ts';
import { createSourceReaders } from '../../../src/cli/source-readers.ts';

const good = 'shards:\n- name: a\n  labels: {slave: 0}\n  static_configs: [{targets: ["h:1", "h:2"]}]\n';
const bad = 'shards:\n- name: a\n  tagets: [h:1]\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'promgate-check-'));
  await Promise.all([writeFile(join(folder, 'good.yml'), good), writeFile(join(folder, 'bad.yml'), bad)]);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Runs `check config …`; `good.yml` and such are files of the test's folder, which is left out of the output. */
async function run(args: readonly string[], externalLabels: AskExternalLabels = async () => ({})) {
  const ran = { out: '', error: '', codes: [] as number[] };
  const program = new Command('promgate').exitOverride().configureOutput({ writeErr: () => {} });
  registerCheckCommand(program, {
    parseSelector: () => {},
    externalLabels,
    sourceReaders: async () => createSourceReaders({ version: '0', now: () => Date.now() }),
    writeOut: (text) => (ran.out += text.replaceAll(`${folder}/`, '')),
    writeError: (text) => (ran.error += text.replaceAll(`${folder}/`, '')),
    setExitCode: (code) => ran.codes.push(code),
  });
  const paths = args.map((arg) => (arg.endsWith('.yml') ? join(folder, arg) : arg));
  await program.parseAsync(['check', 'config', ...paths], { from: 'user' });
  return ran;
}

describe('human output', () => {
  it('of a valid file goes to stdout, with exit code 0', async () => {
    expect(await run(['good.yml'])).toEqual({
      out: 'Checking good.yml\n SUCCESS: good.yml is valid promgate config: 1 shard, 2 replicas, 0 aggregation rules\n\n',
      error: '',
      codes: [0],
    });
  });

  it('of a faulty file goes to stderr, with the lines at fault and exit code 1', async () => {
    expect(await run(['bad.yml'])).toEqual({
      out: '',
      error: `Checking bad.yml
bad.yml:2:3: error: shards[0]: missing key "static_configs" (or file_sd_configs, http_sd_configs, dns_sd_configs)
  2 | - name: a
    |   ^
bad.yml:3:3: error: shards[0].tagets: unknown key
  3 |   tagets: [h:1]
    |   ^
 FAILED: 2 errors

`,
      codes: [1],
    });
  });

  it('of several files is that of each, and one faulty file decides', async () => {
    const { out, error, codes } = await run(['good.yml', 'bad.yml']);
    expect(out).toContain('SUCCESS: good.yml');
    expect(error).toContain('FAILED');
    expect(codes).toEqual([1]);
  });

  it('names a file that cannot be read', async () => {
    expect(await run(['missing.yml'])).toEqual({
      out: '',
      error: 'Checking missing.yml\nmissing.yml:1:1: error: no such file\n FAILED: 1 error\n\n',
      codes: [1],
    });
  });
});

describe('--format=json', () => {
  it('lists what was found', async () => {
    const { out, error, codes } = await run(['bad.yml', '--format=json']);
    expect(JSON.parse(out)).toEqual({
      valid: false,
      messages: [
        {
          file: 'bad.yml',
          line: 2,
          column: 3,
          severity: 'error',
          message: 'shards[0]: missing key "static_configs" (or file_sd_configs, http_sd_configs, dns_sd_configs)',
          path: 'shards[0]',
        },
        {
          file: 'bad.yml',
          line: 3,
          column: 3,
          severity: 'error',
          message: 'shards[0].tagets: unknown key',
          path: 'shards[0].tagets',
        },
      ],
    });
    expect(error).toBe('');
    expect(codes).toEqual([1]);
  });

  it('of a valid file is valid and empty', async () => {
    const { out, codes } = await run(['--format', 'json', 'good.yml']);
    expect(JSON.parse(out)).toEqual({ valid: true, messages: [] });
    expect(codes).toEqual([0]);
  });
});

describe('--live', () => {
  it('fails for a replica that says otherwise', async () => {
    const { error, codes } = await run(['--live', 'good.yml'], async ({ name }) => ({ slave: '0', replica: name }));
    expect([error, codes]).toEqual(['', [0]]);
    const other = await run(['--live', 'good.yml'], async ({ name }) => ({ slave: '1', replica: name }));
    expect(other.error).toContain(
      'good.yml:4:31: error: shards[0].static_configs[0].targets[0]: shard label slave="0"',
    );
    expect(other.codes).toEqual([1]);
  });

  it('asks nobody without it, nor about a faulty file', async () => {
    let asked = 0;
    const ask = async () => {
      asked++;
      return {};
    };
    await run(['good.yml'], ask);
    await run(['bad.yml', '--live'], ask);
    expect(asked).toBe(0);
  });
});

describe('--live with discovery', () => {
  const found = `shards:
- name: a
  labels: {slave: 0}
  file_sd_configs:
  - {files: [a.json]}
discovery:
  file_sd_configs: [{files: [fleet-*.json]}]
  labels: [slave]
`;
  beforeAll(async () => {
    await writeFile(join(folder, 'found.yml'), found);
    await writeFile(
      join(folder, 'fleet-1.json'),
      '[{"targets": ["h:1"], "labels": {"shard": "b", "slave": "1"}}, {"targets": ["x:1"]}]',
    );
  });

  it('says what sources cannot be read, and where', async () => {
    await rm(join(folder, 'a.json'), { force: true });
    const { error, codes } = await run(['--live', 'found.yml'], async ({ name }) => ({ slave: '1', replica: name }));
    expect(error).toContain('found.yml:5:5: error: shards[0].file_sd_configs[0]: a.json cannot be read: no such file');
    expect(error).toContain(
      'found.yml:7:3: warning: discovery: target x:1: no label shard, which says what shard it belongs to',
    );
    expect(codes).toEqual([1]);
  });

  it('asks the replicas that were found', async () => {
    await writeFile(join(folder, 'a.json'), '[{"targets": ["h:2", "h:3"]}]');
    const asked: string[] = [];
    const { out, error } = await run(['--live', 'found.yml'], async ({ name }, shard) => {
      asked.push(`${shard.name}/${name}`);
      return { slave: '0', replica: name };
    });
    expect(asked.sort()).toEqual(['a/h:2', 'a/h:3', 'b/h:1']);
    expect(out).toBe('');
    expect(error).toContain(
      'found.yml:7:3: error: discovery: shard label slave="1", but replica h:1 has the external label slave="0"',
    );
    expect(error).not.toContain('shards[0].file_sd_configs');
  });

  it('warns of a source without targets', async () => {
    await writeFile(join(folder, 'a.json'), '[]');
    const { out } = await run(['--live', 'found.yml'], async ({ name }) => ({ slave: '1', replica: name }));
    expect(out).toContain('found.yml:5:5: warning: shards[0].file_sd_configs[0]: a.json has no targets');
    expect(out).toContain('2 shards, 1 replica, 0 aggregation rules, 2 discovery sources');
  });
});

describe('usage', () => {
  it.each([[[]], [['good.yml', '--format=xml']], [['good.yml', '--nothing']]])('refuses %j', async (args) => {
    await expect(run(args)).rejects.toBeInstanceOf(CommanderError);
  });
});
