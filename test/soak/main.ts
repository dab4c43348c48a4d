import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { freshSeed } from '../fuzz/engine/seed.ts';
import { findServer } from '../servers/binaries/find-servers.ts';
import { createRunDirectory, removeRunDirectory } from '../servers/process/run-directory.ts';
import { toSvg } from './graph.ts';
import { describeSoak } from './report.ts';
import { runSoak } from './run-soak.ts';

const HELP = `npm run soak -- [--minutes=N] [--seed=S] [--graph=FILE]

Full load of federation and queries on a real fleet (2 shards x 2 replicas) while replicas fail at random, one at a time.
Looks at the gateway's memory, descriptors, sockets and event loop every second. Exit code 1 when what it takes up is not
flat once it has warmed up (from 120 s on; in less than 4 minutes that cannot be told), or clients saw errors.

  --minutes  default 5
  --seed     of the faults; default: another one each time
  --graph    where to write the picture; default: nowhere
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(freshSeed()) },
    graph: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const progress = (message: string): void => console.error(`[servers] ${message}`);
  const prometheus = await findServer('prometheus', { progress, environment: process.env });
  if ('missing' in prometheus) {
    console.error(`a soak needs a real Prometheus: ${prometheus.missing}`);
    return 1;
  }
  const runDirectory = await createRunDirectory();
  try {
    const seconds = Number(values.minutes) * 60;
    console.log(`seed ${values.seed}, ${seconds} s`);
    const result = await runSoak({ binary: prometheus.path, runDirectory, seconds, seed: Number(values.seed) });
    const { lines, isGood } = describeSoak(result);
    console.log(lines.join('\n'));
    if (values.graph !== undefined) await writeFile(values.graph, toSvg(result.samples));
    return isGood ? 0 : 1;
  } finally {
    await removeRunDirectory(runDirectory);
  }
}
