import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCorpus } from './engine/corpus.ts';
import type { FuzzTarget } from './engine/fuzz-target.ts';
import { fuzz, runOnce } from './engine/run-target.ts';
import { fuzzTargets } from './targets/all.ts';

const MAX_MS = 1000;
/** The same each time: what other ones find is for `npm run fuzz`, and must not stop a change that has nothing to do with it. */
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

describe.each([...fuzzTargets.keys()])(`%s (seed ${seed})`, (name) => {
  let target: FuzzTarget;
  beforeAll(async () => {
    target = await fuzzTargets.get(name)!();
  }, 60_000);
  afterAll(() => target?.close?.());

  it('takes what it is made for', async () => {
    for (const input of target.seeds) expect(await runOnce(target, input)).toBeUndefined();
  });

  it('takes what once broke it', async () => {
    for (const [file, input] of await readCorpus(name)) expect(await runOnce(target, input), file).toBeUndefined();
  });

  it('takes damaged input', async () => {
    const { runs, failures } = await fuzz(target, [], { seed, maxRuns: 5000, maxMs: MAX_MS });
    const shown = failures.map(({ input, error }) => `${Buffer.from(input).toString('base64')}: ${String(error)}`);
    expect(shown).toEqual([]);
    expect(runs).toBeGreaterThan(10);
  });
});
