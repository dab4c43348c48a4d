import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runScript } from './run-script.ts';
import { parseScript } from './script/parse-script.ts';

const usage = `npm run promqltest -- DIR [--shards N] [--replicas R] [--seed S] [--push-down on|off]

Runs every *.test script of DIR over N shards with R replicas each, with holes in one of them. Prints what passed and failed by
file. Exit code 1 where something failed, or nothing ran.

  --shards, --replicas  default 1
  --seed                of which shard holds what, and of the holes; default 1
  --push-down           off: everything is evaluated on raw samples; default on

  npm run promqltest -- ../shared/promqltest --shards 3 --replicas 2 --seed 4 --push-down off
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shards: { type: 'string', default: '1' },
    replicas: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    'push-down': { type: 'string', default: 'on' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (positionals.length !== 1 || !['on', 'off'].includes(values['push-down'])) {
  process.stderr.write(usage);
  process.exit(2);
}

const directory = positionals[0]!;
const options = {
  shards: Number(values.shards),
  replicas: Number(values.replicas),
  seed: Number(values.seed),
  pushDown: values['push-down'] === 'on',
};
let passed = 0;
let failed = 0;
for (const file of readdirSync(directory).filter((name) => name.endsWith('.test'))) {
  const result = await runScript(parseScript(readFileSync(join(directory, file), 'utf8')), options);
  passed += result.passed;
  failed += result.failures.length;
  console.log(`${file}: ${result.passed} passed, ${result.failures.length} failed`);
  for (const { line, query, problem } of result.failures) console.log(`  ${file}:${line}: ${query}\n    ${problem}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
