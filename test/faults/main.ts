import { parseArgs } from 'node:util';
import { writeFile } from 'node:fs/promises';
import { findServer } from '../servers/binaries/find-servers.ts';
import { createRunDirectory, removeRunDirectory } from '../servers/process/run-directory.ts';
import { faultGroups, selectFaults } from './faults.ts';
import { CUTTABLE_HOSTS, NAMESPACE_VARIABLE, plugIn } from './network-faults.ts';
import { rerunInNamespace } from './rerun-in-namespace.ts';
import { toMarkdown } from './row.ts';
import { runFaults } from './run-faults.ts';

const HELP = `npm run test:faults -- [--only=NAME[,NAME…]] [--seconds=N] [--out=FILE]

Plays faults, one at a time, to 2 shards x 2 replicas of real Prometheus servers behind the gateway, scraped by two
global Prometheus servers every second. Prints one row for each; exit code 1 when one breaks a promise.

  --only     these faults alone
  --seconds  how long each fault lasts; default 6
  --out      also writes the table to this file
  --help     this text

Faults: ${faultGroups.flatMap(({ faults }) => faults.map(({ name }) => name)).join(', ')}
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '6' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

process.exitCode = values.help ? printHelp() : await main();

function printHelp(): number {
  console.log(HELP);
  return 0;
}

async function main(): Promise<number> {
  const groups = selectFaults(values.only?.split(','));
  const progress = (message: string): void => console.error(`[servers] ${message}`);
  const prometheus = await findServer('prometheus', { progress, environment: process.env });
  if ('missing' in prometheus) {
    console.error(`faults need a real Prometheus: ${prometheus.missing}`);
    return 1;
  }
  const elsewhere = await rerunInNamespace({ PROMGATE_PROMETHEUS: prometheus.path });
  if (elsewhere !== undefined) return elsewhere;
  const isNamespace = process.env[NAMESPACE_VARIABLE] !== undefined;
  if (isNamespace) for (const host of CUTTABLE_HOSTS) plugIn(host);
  const runDirectory = await createRunDirectory();
  try {
    const stage = { binary: prometheus.path, runDirectory, ...(isNamespace && { proxyHosts: CUTTABLE_HOSTS }) };
    const rows = await runFaults({
      stage,
      groups,
      faultMs: Number(values.seconds) * 1000,
      onRow: ({ cells, problems }) => {
        console.log(`| ${cells.join(' | ')} |`);
        for (const problem of problems) console.log(`  FAILED ${problem}`);
      },
    });
    const table = toMarkdown(rows.map(({ cells }) => cells));
    console.log(`\n${table}`);
    if (values.out !== undefined) await writeFile(values.out, table);
    return rows.some(({ problems }) => problems.length > 0) ? 1 : 0;
  } finally {
    await removeRunDirectory(runDirectory);
  }
}
