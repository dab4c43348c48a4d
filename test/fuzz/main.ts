import { parseArgs } from 'node:util';
import { readCorpus, saveToCorpus } from './engine/corpus.ts';
import { fuzz } from './engine/run-target.ts';
import { freshSeed } from './engine/seed.ts';
import { fuzzTargets } from './targets/all.ts';

const HELP = `npm run fuzz -- [--minutes=N] [--seed=S] [--target=NAME[,NAME…]]

Feeds damaged input to everything that reads what others send. Prints runs and failures of each target, and the seed.
Inputs that fail are kept in test/fuzz/corpus, and run again by npm test. Exit code 1 where there is one.

  --minutes  in all, divided among the targets; default 1
  --seed     of the random numbers; default: another one each time
  --target   these alone: ${[...fuzzTargets.keys()].join(', ')}
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(freshSeed()) },
    target: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const names = values.target?.split(',') ?? [...fuzzTargets.keys()];
  const seed = Number(values.seed);
  const maxMs = (Number(values.minutes) * 60_000) / names.length;
  console.log(`seed ${seed}, ${Math.round(maxMs / 1000)} s for each target`);
  let failed = 0;
  for (const name of names) failed += await fuzzOne(name, { seed, maxMs, maxRuns: Infinity });
  return failed === 0 ? 0 : 1;
}

async function fuzzOne(name: string, bounds: { seed: number; maxMs: number; maxRuns: number }): Promise<number> {
  const start = fuzzTargets.get(name);
  if (start === undefined) throw new Error(`no target ${name}; there are: ${[...fuzzTargets.keys()].join(', ')}`);
  const target = await start();
  try {
    const { runs, failures } = await fuzz(target, [...(await readCorpus(name)).values()], bounds);
    console.log(
      `${name.padEnd(20)} ${String(runs).padStart(9)} runs, ${failures.length} failures, seed ${bounds.seed}`,
    );
    for (const { input, error } of failures) {
      console.log(`  kept ${await saveToCorpus(name, input)}`);
      console.log(`  ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`.slice(0, 1500));
    }
    return failures.length;
  } finally {
    await target.close?.();
  }
}
