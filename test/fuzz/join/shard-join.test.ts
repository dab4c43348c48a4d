import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EntryParser } from '../../../src/exposition/text/entry-parser.ts';
import { noLabelLimits } from '../../../src/exposition/text/label-limits.ts';
import type { ShardJoinOptions } from '../../../src/federate/join/join-options.ts';
import type { ReplicaOrder } from '../../../src/topology/shard-view.ts';
import { defaultOptions, type JoinRun, randomCuts, runJoin } from '../../property/join/run-join.ts';
import { damagedBodies, noise } from './exposition-mutations.ts';
import { bounds, limits, listedErrors } from './join-bounds.ts';
import { parseAll } from './parse-all.ts';

console.log(`fuzz seed ${bounds.seed}`);

const order = fc.constantFrom<ReplicaOrder>('sorted', 'unknown', 'unsorted');
const replicaOrders = fc.array(order, { minLength: 3, maxLength: 3 });

/** Each label set once; only listed errors; what left is itself an exposition. */
function check(run: JoinRun): void {
  for (const { error } of run.summary.replicas) if (error !== undefined) expect(listedErrors).toContain(error.code);
  const hashes = run.segments.flatMap((segment) => segment.hashes);
  expect(new Set(hashes).size).toBe(hashes.length);
  const bytes = Buffer.from(run.text);
  const parser = new EntryParser(noLabelLimits);
  let lines = 0;
  for (let at = 0; at < bytes.length; at = parser.end) {
    expect(parser.parse(bytes, at, bytes.length, 1)).toBe('sample');
    lines += 1;
  }
  expect(lines).toBe(run.summary.seriesOut);
  expect(run.text.split('\n')).toHaveLength(lines + 1);
}

it('damaged bodies: only listed errors, and every series once', () => {
  fc.assert(
    fc.property(
      damagedBodies,
      replicaOrders,
      fc.boolean(),
      fc.nat(1000),
      ({ bodies, external }, orders, told, cuts) => {
        const options: ShardJoinOptions = {
          ...defaultOptions,
          limits,
          replicas: bodies.map((_, i) => ({ externalLabels: told ? external[i] : undefined, order: orders[i]! })),
          attachedLabels: { slave: '0' },
        };
        const run = runJoin(options, bodies, { cut: randomCuts(cuts), blockBytes: 512 });
        check(run);
        expect(runJoin(options, bodies).text).toBe(run.text);
      },
    ),
    bounds,
  );
});

it('noise: only listed errors', () => {
  fc.assert(
    fc.property(
      fc.array(noise, { minLength: 1, maxLength: 3 }),
      replicaOrders,
      fc.nat(1000),
      (bodies, orders, cuts) => {
        const replicas = bodies.map((_, i) => ({ externalLabels: undefined, order: orders[i]! }));
        check(runJoin({ ...defaultOptions, limits, replicas }, bodies, { cut: randomCuts(cuts) }));
      },
    ),
    bounds,
  );
});

it('noise: the parser ends, with a listed error or behind the entry', () => {
  fc.assert(
    fc.property(noise, (bytes) => parseAll(bytes, { ...noLabelLimits, maxLabels: 10 })),
    { ...bounds, numRuns: bounds.numRuns * 5 },
  );
});
