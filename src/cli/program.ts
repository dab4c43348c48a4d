import { Command } from 'commander';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.ts';
import { followFlags } from './flag-texts.ts';
import { addServerFlags, readServerFlags, type ServerFlags } from './server-flags.ts';

export interface ProgramDeps {
  readonly version: string;
  /** Runs the server until it is told to stop. */
  readonly serve: (flags: ServerFlags) => Promise<ExitCode>;
  /** Each adds one subcommand; it reports its exit code through `setExitCode`. */
  readonly subcommands: readonly ((program: Command, setExitCode: (code: ExitCode) => void) => void)[];
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
}

const examples = `
Examples:
  promgate                                        a demo: the gateway in front of a simulated fleet
  promgate --config.file=promgate.yml             serve on 127.0.0.1:9490
  promgate --config.file=promgate.yml --web.listen-address=:9490 --log.format=json
  promgate --config.file=promgate.yml --web.external-url=https://example.org/promgate
  promgate check config promgate.yml              is it valid? (exit code 0 or 1)
  promgate check web-config web.yml               and are certificates, keys and hashes usable?
  promgate check config --live promgate.yml       and do the replicas say the same of themselves?`;

/**
 * Parses `args` and does what they ask for. Resolves with the exit code: 0, 1 for what went wrong, 2 for what was not
 * understood. Errors are one readable message on standard error, never a stack.
 */
export async function runProgram(args: readonly string[], deps: ProgramDeps): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.success;
  const program = createProgram(deps);
  const texts = followFlags(program);
  program.action(async () => {
    exitCode = await deps.serve(readServerFlags(program, texts()));
  });
  for (const add of deps.subcommands) add(program, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === exitCodes.failure) deps.writeError(`promgate: ${messageOf(error)}\n`);
    return code;
  }
}

/** Subcommands inherit what is set here, so it must be set before they are added. */
function createProgram({ version, writeOut, writeError }: ProgramDeps): Command {
  const program = new Command('promgate')
    .description('One clean /federate over a fleet of Prometheus servers: shards merged, replicas deduplicated.')
    .version(`promgate, version ${version} (node ${process.versions.node})`, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .configureOutput({ writeOut, writeErr: writeError })
    .showHelpAfterError('(promgate --help lists the flags)')
    .addHelpText('after', examples)
    .exitOverride();
  addServerFlags(program);
  return program;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
