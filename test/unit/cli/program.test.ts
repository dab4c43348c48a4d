import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import type { ServerFlags } from '../../../src/cli/server-flags.ts';
import { GatewayError } from '../../../src/model/errors.ts';

async function run(args: string[], fail?: Error) {
  const seen: ServerFlags[] = [];
  let out = '';
  let err = '';
  const code = await runProgram(args, {
    version: '1.2.3',
    async serve(flags) {
      seen.push(flags);
      if (fail !== undefined) throw fail;
      return 0;
    },
    subcommands: [
      (program, setExitCode) => void program.command('probe').action(() => setExitCode(1)),
      (program) => void program.command('strict').requiredOption('--needed <x>'),
    ],
    writeOut: (text) => (out += text),
    writeError: (text) => (err += text),
  });
  return { code, out, err, flags: seen[0] };
}

describe('flags', () => {
  it('are told as they were given, or else as they are by default', async () => {
    const given = ['--config.file=a.yml', '--web.read-timeout', '90s', '--web.enable-lifecycle', '--log.level=warn'];
    const { flags } = await run(given);
    expect(flags?.texts).toEqual({
      'config.file': 'a.yml',
      'log.format': 'logfmt',
      'log.level': 'warn',
      'web.config.file': '',
      'web.enable-lifecycle': 'true',
      'web.external-url': '',
      'web.listen-address': '127.0.0.1:9490',
      'web.max-connections': '',
      'web.max-headers': '',
      'web.max-request-line': '',
      'web.read-timeout': '90s',
      'web.route-prefix': '',
    });
    expect((await run([])).flags?.texts['web.enable-lifecycle']).toBe('false');
  });

  it('has the defaults of the documentation', async () => {
    expect(await run([])).toMatchObject({
      code: 0,
      flags: {
        configFile: undefined,
        listen: { host: '127.0.0.1', port: 9490 },
        externalUrl: undefined,
        routePrefix: '',
        enableLifecycle: false,
        logLevel: 'info',
        logFormat: 'logfmt',
      },
    });
  });

  it.each([
    ['--config.file=f.yml', { configFile: 'f.yml' }],
    ['--config.file f.yml', { configFile: 'f.yml' }],
    ['--web.listen-address=:80', { listen: { host: '', port: 80 } }],
    ['--web.listen-address [::1]:80', { listen: { host: '::1', port: 80 } }],
    ['--web.enable-lifecycle', { enableLifecycle: true }],
    ['--web.external-url=https://gate.example.com/', { externalUrl: 'https://gate.example.com', routePrefix: '' }],
    [
      '--web.external-url=https://gate.example.com//a/./b/',
      { externalUrl: 'https://gate.example.com/a/b', routePrefix: '/a/b' },
    ],
    [
      '--web.external-url=https://gate.example.com/a --web.route-prefix=/',
      { externalUrl: 'https://gate.example.com/a', routePrefix: '' },
    ],
    [
      '--web.external-url=https://gate.example.com/a --web.route-prefix=',
      { externalUrl: 'https://gate.example.com/a', routePrefix: '/a' },
    ],
    ['--web.route-prefix=//x_1.~-/y/', { externalUrl: undefined, routePrefix: '/x_1.~-/y' }],
    ['--web.config.file=web.yml', { webConfigFile: 'web.yml' }],
    [
      '--web.read-timeout=5m --web.max-connections=512',
      { requestLimits: { requestTimeoutMs: 300_000, maxConnections: 512 } },
    ],
    ['--web.max-request-line=8KB', { requestLimits: { maxRequestLineBytes: 8192 } }],
    ['--web.max-headers=1MiB', { requestLimits: { maxHeaderBytes: 1_048_576 } }],
    ['--log.level=debug --log.format json', { logLevel: 'debug', logFormat: 'json' }],
  ])('%s', async (args, expected) => {
    const { code, flags } = await run(args.split(' '));
    expect(code).toBe(0);
    expect(flags).toMatchObject(expected);
  });

  it.each([
    ['--bogus', /unknown option '--bogus'/],
    ['extra', /too many arguments/],
    ['--config.file', /argument missing/],
    ['--log.level=loud', /debug, info, warn, error/],
    ['--web.listen-address=9490', /bad listen address "9490": want host:port/],
    ['--web.external-url=ftp://x', /http or https/],
    ['--web.external-url=http://x/a%20b', /want a path of letters, digits and "-._~"/],
    ['--web.external-url=http://u:p@x', /without user/],
    ['--web.external-url=http://:p@x', /without user/],
    ['--web.external-url=http://x/p?q', /without user, query and fragment/],
    ['--web.route-prefix=/a/../b', /want a path of letters/],
    ['--web.route-prefix=a?b', /want a path of letters/],
    ['--web.route-prefix=/:name', /want a path of letters/],
    ['--web.read-timeout=0', /want a duration from 1s to 1h/],
    ['--web.max-connections=many', /want a whole number from 1 to 1000000/],
    ['--web.max-headers=1', /want a size from 1KB to 64MiB/],
    ['strict', /required option/],
  ])('%s is a usage error', async (args, message) => {
    const { code, out, err, flags } = await run(args.split(' '));
    expect([code, out, flags]).toEqual([2, '', undefined]);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('output', () => {
  it('shows help with examples', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const text of [
      '--config.file',
      '--web.listen-address',
      '--web.route-prefix',
      '--log.format',
      'Examples:',
      'check config',
    ]) {
      expect(out).toContain(text);
    }
  });

  it('shows the version', async () => {
    expect(await run(['--version'])).toMatchObject({
      code: 0,
      out: `promgate, version 1.2.3 (node ${process.versions.node})\n`,
    });
  });

  it('runs subcommands with their own exit code', async () => {
    expect(await run(['probe'])).toMatchObject({ code: 1, flags: undefined });
  });

  it.each([new GatewayError('PG_CONFIG_INVALID', 'f.yml:1:1: bad'), new Error('f.yml:1:1: bad')])(
    'shows what went wrong as one message',
    async (error) => {
      expect(await run([], error)).toMatchObject({ code: 1, out: '', err: 'promgate: f.yml:1:1: bad\n' });
    },
  );
});
