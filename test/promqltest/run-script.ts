import { AnnotationList } from '../../src/promql/engine/annotation-list.ts';
import type { Grid } from '../../src/promql/engine/grid.ts';
import type { QueryValue } from '../../src/promql/engine/query-value.ts';
import { compareMiddle, compareResult } from './compare/compare-result.ts';
import { MemoryFleet, type FleetShape } from './fleet/memory-fleet.ts';
import { queryFleet } from './fleet/query-fleet.ts';
import type { Command, EvalCommand, Expectation } from './script/script.ts';

export interface RunOptions extends FleetShape {
  readonly pushDown: boolean;
}

interface Failure {
  readonly line: number;
  readonly query: string;
  readonly problem: string;
}

export interface ScriptResult {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

/** Runs the commands of a script over a fleet of its own. */
export async function runScript(commands: readonly Command[], options: RunOptions): Promise<ScriptResult> {
  let fleet = new MemoryFleet(options);
  let passed = 0;
  const failures: Failure[] = [];
  for (const command of commands) {
    if (command.kind === 'clear') fleet = new MemoryFleet(options);
    else if (command.kind === 'load') fleet.load(command);
    else {
      const problem = await runEval(command, fleet, options);
      if (problem === undefined) passed += 1;
      else failures.push({ line: command.line, query: command.query, problem });
    }
  }
  return { passed, failures };
}

async function runEval(command: EvalCommand, fleet: MemoryFleet, options: RunOptions): Promise<string | undefined> {
  const grid: Grid = { startMs: command.startMs, stepMs: command.stepMs, steps: command.steps };
  const fail = command.expectations.find(({ what }) => what === 'fail');
  const annotations = new AnnotationList();
  let value: QueryValue;
  try {
    value = await queryFleet(fleet, {
      text: command.query,
      grid,
      isInstant: command.isInstant,
      annotations,
      ...options,
    });
  } catch (error) {
    const { message } = error as Error;
    if (fail === undefined)
      return `failed: ${(error as Error).name === 'QueryError' ? message : String((error as Error).stack)}`;
    return accepts(fail, message) ? undefined : `failed with ${message}`;
  }
  if (fail !== undefined) return 'did not fail';
  const notes = annotations.render(command.query);
  for (const expectation of command.expectations) {
    const problem = checkNotes(expectation, notes);
    if (problem !== undefined) return problem;
  }
  const problem = compareResult(command, value, grid);
  return problem ?? (command.isInstant ? runAround(command, fleet, options) : undefined);
}

/** The same query as a range around its time; results that a range orders otherwise are left out. */
async function runAround(command: EvalCommand, fleet: MemoryFleet, options: RunOptions): Promise<string | undefined> {
  if (command.string !== undefined || command.rangeVector !== undefined) return undefined;
  if (command.expectations.some(({ what }) => what === 'ordered')) return undefined;
  const grid: Grid = { startMs: command.startMs - 60_000, stepMs: 60_000, steps: 3 };
  const annotations = new AnnotationList();
  const query = { text: command.query, grid, isInstant: false, annotations, ...options };
  try {
    const problem = compareMiddle(command, await queryFleet(fleet, query), 1);
    return problem === undefined ? undefined : `as a range: ${problem}`;
  } catch (error) {
    return `as a range: failed: ${(error as Error).message}`;
  }
}

function accepts({ message, pattern }: Expectation, text: string): boolean {
  if (message !== undefined) return text === message || text.includes(message);
  return pattern === undefined || pattern.test(text);
}

function checkNotes(
  expectation: Expectation,
  { warnings, infos }: { readonly warnings: readonly string[]; readonly infos: readonly string[] },
): string | undefined {
  const { what } = expectation;
  if (what === 'no_warn' && warnings.length > 0) return `warnings: ${warnings.join('; ')}`;
  if (what === 'no_info' && infos.length > 0) return `infos: ${infos.join('; ')}`;
  if (what !== 'warn' && what !== 'info') return undefined;
  const notes = what === 'warn' ? warnings : infos;
  if (notes.some((note) => accepts(expectation, note))) return undefined;
  return `no such ${what}: ${expectation.message ?? expectation.pattern?.source ?? ''}; got ${[...warnings, ...infos].join('; ')}`;
}
