import type { FuzzTarget } from './fuzz-target.ts';
import { mutate } from './mutate.ts';
import { createRandom } from './random.ts';
import { shrink } from './shrink.ts';

export interface FuzzBounds {
  readonly seed: number;
  /** The first bound that is reached ends the run. */
  readonly maxRuns: number;
  readonly maxMs: number;
}

interface FuzzFailure {
  /** Made as short as possible. */
  readonly input: Uint8Array;
  readonly error: unknown;
}

export interface FuzzResult {
  readonly runs: number;
  readonly failures: readonly FuzzFailure[];
}

const MAX_FAILURES = 5;
/** An input of at most 64 KiB that takes longer is a failure: a peer could keep a thread busy with it. */
const MAX_RUN_MS = 2000;

/** Damages what is in the corpus and runs the target on it, until a bound is reached or five inputs failed. */
export async function fuzz(target: FuzzTarget, kept: readonly Uint8Array[], bounds: FuzzBounds): Promise<FuzzResult> {
  const random = createRandom(bounds.seed);
  const material = { corpus: [...target.seeds, ...kept], tokens: target.tokens };
  const failures: FuzzFailure[] = [];
  const messages = new Set<string>();
  const deadline = performance.now() + bounds.maxMs;
  let runs = 0;
  while (runs < bounds.maxRuns && performance.now() < deadline && failures.length < MAX_FAILURES) {
    const input = mutate(random, material);
    runs++;
    const error = await runOnce(target, input);
    if (error === undefined || messages.has(kindOf(error))) continue;
    messages.add(kindOf(error));
    const fails = async (shorter: Uint8Array): Promise<boolean> => {
      const again = await runOnce(target, shorter);
      return again !== undefined && kindOf(again) === kindOf(error);
    };
    failures.push({ input: await shrink(input, fails), error });
  }
  return { runs, failures };
}

/** What the target threw; undefined: nothing. */
export async function runOnce(target: FuzzTarget, input: Uint8Array): Promise<unknown> {
  const started = performance.now();
  try {
    await target.run(input);
  } catch (error) {
    return error ?? new Error('threw nothing');
  }
  const tookMs = performance.now() - started;
  return tookMs > MAX_RUN_MS ? new Error(`slow: ${input.length} bytes took ${Math.round(tookMs)} ms`) : undefined;
}

/** Equal for failures of one cause, numbers and quoted texts aside. */
function kindOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  return `${name}: ${message.replaceAll(/"[^"]*"|'[^']*'|\d+/g, '#').slice(0, 120)}`;
}
