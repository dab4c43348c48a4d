import { expect, it } from 'vitest';
import type { FuzzTarget } from '../../fuzz/engine/fuzz-target.ts';
import { fuzz } from '../../fuzz/engine/run-target.ts';

const target = (run: FuzzTarget['run']): FuzzTarget => ({
  name: 't',
  seeds: [Buffer.from('a sound input of some length')],
  tokens: [Buffer.from('!!')],
  run,
});
const bounds = { seed: 1, maxRuns: 2000, maxMs: 10_000 };

it('finds an input that breaks the target, once, as short as can be', async () => {
  const { runs, failures } = await fuzz(
    target((input) => {
      if (Buffer.from(input).includes('!!')) throw new Error(`broken by ${input.length} bytes`);
    }),
    [],
    bounds,
  );
  expect(failures.map(({ input }) => Buffer.from(input).toString())).toEqual(['!!']);
  expect(runs).toBe(bounds.maxRuns);
});

it('runs the same inputs for the same seed, others for another', async () => {
  const inputsOf = async (seed: number): Promise<string[]> => {
    const inputs: string[] = [];
    await fuzz(
      target((input) => void inputs.push(Buffer.from(input).toString('hex'))),
      [],
      { ...bounds, seed, maxRuns: 50 },
    );
    return inputs;
  };
  const first = await inputsOf(1);
  expect(await inputsOf(1)).toEqual(first);
  expect(await inputsOf(2)).not.toEqual(first);
  expect(new Set(first).size).toBeGreaterThan(40);
});
