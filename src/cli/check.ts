import type { Command } from 'commander';
import { Option } from 'commander';
import type { ConfigCheck } from '../config/check-config.ts';
import { checkConfig } from '../config/check-config.ts';
import type { ParseSelector } from '../config/checks/check-selectors.ts';
import type { ConfigMessage } from '../config/config-message.ts';
import { readConfigText } from '../config/load-config.ts';
import { toGatewayError } from '../model/errors.ts';
import { registerCheckWebConfig } from './check-web-config.ts';
import { checkFiles } from './check-files.ts';
import type { SourceReaders } from './source-readers.ts';
import { checkDiscovery } from './check-discovery.ts';
import type { AskExternalLabels } from './check-live.ts';
import { checkLive } from './check-live.ts';
import type { CheckedFile } from './check-report.ts';
import { isValid, renderHuman, renderJson } from './check-report.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes } from './exit-codes.ts';

export interface CheckDeps {
  readonly parseSelector: ParseSelector;
  readonly externalLabels: AskExternalLabels;
  /** Asks the sources of discovery. */
  readonly sourceReaders: () => Promise<SourceReaders>;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Called once, after all is written. */
  readonly setExitCode: (code: ExitCode) => void;
}

interface CheckFlags {
  readonly format: 'human' | 'json';
  readonly live: boolean;
}

/**
 * Adds `check web-config <files…>` and `check config <files…>` to a program: success where all files are valid (warnings or not), failure otherwise.
 * Human output goes where promtool puts it: valid files to stdout, faulty ones to stderr; JSON goes to stdout.
 */
export function registerCheckCommand(program: Command, deps: CheckDeps): void {
  const check = program.command('check').description('check the resources for validity');
  registerCheckWebConfig(check, deps);
  check
    .command('config')
    .description('check if the config files are valid')
    .argument('<config-files...>', 'the config files to check')
    .addOption(new Option('--format <format>', 'form of the output').choices(['human', 'json']).default('human'))
    .option('--live', 'also ask every replica for its external labels and compare', false)
    .action(async (files: readonly string[], flags: CheckFlags) => {
      const checked: CheckedFile[] = [];
      for (const file of files) checked.push(await checkFile(file, flags, deps));
      write(checked, flags, deps);
      deps.setExitCode(checked.every(isValid) ? exitCodes.success : exitCodes.failure);
    });
}

async function checkFile(file: string, flags: CheckFlags, deps: CheckDeps): Promise<CheckedFile> {
  let text: string;
  try {
    text = await readConfigText(file);
  } catch (error) {
    return { file, text: undefined, config: undefined, messages: [unreadable(file, error)] };
  }
  const check: ConfigCheck = checkConfig(text, { file, parseSelector: deps.parseSelector });
  const { config } = check;
  const messages = [...check.messages, ...(await checkFiles(file, check))];
  if (!flags.live || config === undefined) return { file, text, config, messages };
  const sources = await deps.sourceReaders();
  try {
    const found = await checkDiscovery(file, { ...check, config }, sources.readerOf);
    const live = await checkLive(file, { ...check, config: found.config }, deps.externalLabels);
    return { file, text, config: found.config, messages: [...messages, ...found.messages, ...live] };
  } finally {
    await sources.close();
  }
}

function unreadable(file: string, error: unknown): ConfigMessage {
  const message = toGatewayError(error).message.replace(`${file}: `, '');
  return { file, line: 1, column: 1, severity: 'error', message, path: '' };
}

function write(checked: readonly CheckedFile[], { format }: CheckFlags, deps: CheckDeps): void {
  if (format === 'json') return deps.writeOut(renderJson(checked));
  for (const file of checked) {
    const put = isValid(file) ? deps.writeOut : deps.writeError;
    put(renderHuman(file));
  }
}
