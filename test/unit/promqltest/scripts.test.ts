import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../promqltest/run-script.ts';
import { parseScript } from '../../promqltest/script/parse-script.ts';

const own = fileURLToPath(new URL('../../promqltest/scripts/', import.meta.url));
const shared = fileURLToPath(new URL('../../../../shared/promqltest/', import.meta.url));

const fleets = [
  { shards: 1, replicas: 1, seed: 1, pushDown: true },
  { shards: 3, replicas: 2, seed: 1, pushDown: true },
  { shards: 3, replicas: 2, seed: 2, pushDown: false },
  { shards: 3, replicas: 2, seed: 3, pushDown: true },
];

function scriptsIn(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.test')) : [];
}

describe.each([
  ['our own', own],
  ['those of Prometheus', shared],
])('scripts, %s', (_which, directory) => {
  const names = scriptsIn(directory);

  it.skipIf(names.length > 0)(`are not at ${directory}`, (context) => context.skip(`no scripts at ${directory}`));

  describe.each(names)('%s', (name) => {
    it.each(fleets)('over $shards shards of $replicas replicas, seed $seed, push-down $pushDown', async (fleet) => {
      const { passed, failures } = await runScript(parseScript(readFileSync(`${directory}/${name}`, 'utf8')), fleet);
      expect(failures).toEqual([]);
      expect(passed).toBeGreaterThan(0);
    });
  });
});

it('our own scripts hold at least 300 evaluations', () => {
  const evaluations = scriptsIn(own).flatMap((name) =>
    parseScript(readFileSync(`${own}/${name}`, 'utf8')).filter(({ kind }) => kind === 'eval'),
  );
  expect(evaluations.length).toBeGreaterThanOrEqual(300);
});
