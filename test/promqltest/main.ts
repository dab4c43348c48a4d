import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runScript } from './run-script.ts';
import { parseScript } from './script/parse-script.ts';

const usage = `usage: npm run promqltest -- DIR [--shards N] [--replicas R] [--seed S] [--push-down on|off] [--verbose]

Runs every *.test script of DIR over N shards with R replicas each.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shards: { type: 'string', default: '1' },
    replicas: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    'push-down': { type: 'string', default: 'on' },
    verbose: { type: 'boolean', default: false },
  },
});

if (positionals.length !== 1) {
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
