import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, exitCodes } from '../../../src/cli/exit-codes.ts';

function thrownBy(...args: string[]): unknown {
  const program = new Command('p').exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  program
    .version('1')
    .command('run')
    .argument('<file>')
    .action(() => {});
  try {
    program.parse(args, { from: 'user' });
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('exitCodeOf', () => {
  it.each([
    [['--help'], exitCodes.success],
    [['--version'], exitCodes.success],
    [['run'], exitCodes.usage],
    [['run', 'f', '--nothing'], exitCodes.usage],
    [['walk'], exitCodes.usage],
  ])('%j', (args, code) => {
    expect(exitCodeOf(thrownBy(...args))).toBe(code);
  });

  it('takes anything else for a failure', () => {
    expect(exitCodeOf(new Error('broken'))).toBe(1);
  });
});
