import { CommanderError } from 'commander';

/** As promtool: 1 says that what was looked at is faulty, 2 that the command itself was not understood. */
export const exitCodes = { success: 0, failure: 1, usage: 2 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * The exit code for what a program under `exitOverride()` threw: success for `--help` and `--version`, usage for anything
 * that commander refused, failure for all else.
 */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof CommanderError)) return exitCodes.failure;
  return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
}
