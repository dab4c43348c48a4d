import { expect, it } from 'vitest';
import { createDiscoveryLog } from '../../../src/telemetry/discovery-log.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';

const config = { kind: 'file', files: ['/a.yml'], refreshIntervalMs: 1000 } as const;

function setUp() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const log = createDiscoveryLog(createLogger({ level: 'info', format: 'json', destination }));
  const report = (error: string | undefined, whole?: string, hasTargets = true): void =>
    log.sources([
      { config, error: () => whole, parts: () => [{ part: '/a.yml', error, targets: hasTargets ? [] : undefined }] },
    ]);
  const taken = (): unknown[] => lines.splice(0).map(({ level, msg, source, reason }) => [level, msg, source, reason]);
  return { log, report, taken };
}

it('tells when a part fails and when it is back, once each', () => {
  const { report, taken } = setUp();
  report(undefined);
  report('no such file');
  report('no such file');
  report('permission denied');
  expect(taken()).toEqual([
    ['warn', 'a discovery source cannot be read, its last targets stay', '/a.yml', 'no such file'],
  ]);
  report(undefined);
  report(undefined);
  expect(taken()).toEqual([['info', 'a discovery source answers again', '/a.yml', undefined]]);
});

it('tells what has never answered, and what fails as a whole', () => {
  const { report, taken } = setUp();
  report('refused', 'no directory', false);
  expect(taken()).toEqual([
    ['warn', 'a discovery source cannot be read, its last targets stay', undefined, 'no directory'],
    ['warn', 'a discovery source cannot be read, it has given no targets yet', '/a.yml', 'refused'],
  ]);
});

it('tells each problem when it comes', () => {
  const { log, taken } = setUp();
  log.problems(['a']);
  log.problems(['a', 'b']);
  log.problems([]);
  log.problems(['a']);
  expect(taken().map((line) => (line as unknown[])[3])).toEqual(['a', 'b', 'a']);
});
