/** Another one each time, to be printed where it is used. */
export function freshSeed(): number {
  return Date.now() % 1_000_000_007;
}

/** Of the tests' own runs: `FUZZ_SEED`, to run a failure again, or another one each time. */
export const testSeed: number = Number(process.env['FUZZ_SEED'] ?? freshSeed());
