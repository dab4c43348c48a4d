import type { Command } from 'commander';
import { checkWebConfig } from '../config/web/check-web-config.ts';
import { formatConfigMessage } from '../config/config-message.ts';
import { readConfigText } from '../config/load-config.ts';
import { toGatewayError } from '../model/errors.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';

interface WebCheckDeps {
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly setExitCode: (code: ExitCode) => void;
}

/**
 * Adds `web-config <files…>` to the command `check`, as promtool has it. Messages name places and never show the line:
 * there may be a hash or a key in it.
 */
export function registerCheckWebConfig(check: Command, deps: WebCheckDeps): void {
  check
    .command('web-config')
    .description('check if the web config files are valid, and what they name usable')
    .argument('<web-config-files...>', 'the web config files to check')
    .action(async (files: readonly string[]) => {
      let areValid = true;
      for (const file of files) areValid = (await checkFile(file, deps)) && areValid;
      deps.setExitCode(areValid ? exitCodes.success : exitCodes.failure);
    });
}

async function checkFile(file: string, { writeOut, writeError }: WebCheckDeps): Promise<boolean> {
  try {
    const { config, messages } = await checkWebConfig(await readConfigText(file), file);
    const lines = messages.map((message) => {
      return `${formatConfigMessage({ ...message, message: `${message.severity}: ${message.message}` })}\n`;
    });
    const put = config === undefined ? writeError : writeOut;
    put(`${lines.join('')}${file} ${config === undefined ? 'FAILED' : 'SUCCESS'}\n`);
    return config !== undefined;
  } catch (error) {
    writeError(`${toGatewayError(error).message}\n${file} FAILED\n`);
    return false;
  }
}
