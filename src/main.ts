#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node --optimize-for-size --max-semi-space-size=1
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';

import type { CheckDeps } from './cli/check.ts';
import type { AskExternalLabels } from './cli/check-live.ts';

// Nothing else may be imported before the version is checked: an older Node would fail on it with a message of its own.
const MIN_NODE = [22, 19] as const;
const GRACE_MS = 30_000;

/** Whether a version such as `22.18.0` is below the least one. */
function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1]);
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function main(): Promise<number> {
  const { runProgram } = await import('./cli/program.ts');
  const { registerCheckCommand } = await import('./cli/check.ts');
  const { parseSelector } = await import('./promql/selector/parse-selector.ts');
  const version = readVersion();
  const writeOut = (text: string): void => void process.stdout.write(text);
  const writeError = (text: string): void => void process.stderr.write(text);
  const externalLabels: AskExternalLabels = async (...question) => {
    const { createExternalLabelsReader } = await import('./cli/ask-external-labels.ts');
    return createExternalLabelsReader({ version, now: () => Date.now() })(...question);
  };
  const sourceReaders: CheckDeps['sourceReaders'] = async () => {
    const { createSourceReaders } = await import('./cli/source-readers.ts');
    return createSourceReaders({ version, now: () => Date.now() });
  };
  const live = { externalLabels, sourceReaders };
  return runProgram(process.argv.slice(2), {
    version,
    writeOut,
    writeError,
    subcommands: [
      (program, setExitCode) =>
        registerCheckCommand(program, { ...live, parseSelector, writeOut, writeError, setExitCode }),
    ],
    async serve(flags) {
      const { serve } = await import('./cli/serve.ts');
      const { watchTermination } = await import('./cli/termination.ts');
      const { watchHangup } = await import('./cli/hangup.ts');
      const { createLogger } = await import('./telemetry/logger.ts');
      const { startGateway } = await import('./gateway.ts');
      return serve(flags, {
        startGateway,
        parseSelector,
        termination: watchTermination(process),
        watchHangup: () => watchHangup(process),
        version,
        writeOut,
        graceMs: GRACE_MS,
        createLogger: ({ logLevel, logFormat }) =>
          createLogger({
            level: logLevel,
            format: logFormat,
            destination: { write: writeError },
            color: process.stderr.isTTY,
          }),
      });
    },
  });
}

if (isTooOld(process.versions.node)) {
  process.stderr.write(
    `promgate needs Node.js ${MIN_NODE.join('.')} or newer, this is ${process.versions.node} (${process.execPath})\n`,
  );
  process.exitCode = 1;
} else {
  // Types are stripped once, not at every start.
  nodeModule.enableCompileCache();
  process.exit(await main());
}
