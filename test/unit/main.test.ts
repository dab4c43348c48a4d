import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const main = new URL('../../src/main.ts', import.meta.url).pathname;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(args: string[], execArgv: string[] = []): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    execFile(process.execPath, [...execArgv, main, ...args], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

it('shows the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const { code, out } = await run(['--version']);
  expect([code, out]).toEqual([0, `promgate, version ${version} (node ${process.versions.node})\n`]);
});

it.each([
  [['--bogus'], 2, /^error: unknown option '--bogus'\n/],
  [['--config.file=/nowhere.yml'], 1, /^promgate: \/nowhere.yml: no such file\n$/],
  [['check', 'config', '/nowhere.yml'], 1, /no such file/],
])('%j exits with %i and one message', async (args, expected, message) => {
  const { code, out, err } = await run(args);
  expect([code, out]).toEqual([expected, '']);
  expect(err).toMatch(message);
});

it('says in one line which Node it needs', async () => {
  const preload = `data:text/javascript,${encodeURIComponent(
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.18.0' } })",
  )}`;
  const { code, out, err } = await run(['--version'], ['--import', preload]);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^promgate needs Node\.js 22\.19 or newer, this is 22\.18\.0 \(.+\)\n$/);
});
