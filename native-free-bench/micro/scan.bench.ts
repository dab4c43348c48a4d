/**
 * How many lines a second one thread recognises, without a join: one replica's body in memory, in chunks of 64 KiB.
 * Run: `node native-free-bench/micro/scan.bench.ts`
 */
import assert from 'node:assert/strict';
import { measure } from 'mitata';
import { ExternalRuns, RunNames } from '../../src/exposition/text/external-run.ts';
import { END, LINE, ReplicaStream } from '../../src/federate/join/replica-stream.ts';
import { chunksOf, replicaBodies } from './replica-bodies.ts';

const fleets = [
  replicaBodies('few-families-many-series', { shards: 1, families: 10, seriesPerFamily: 5000 }),
  replicaBodies('many-families', { shards: 1, families: 2000, seriesPerFamily: 25 }),
];

function scanAll(chunks: readonly Buffer[], externalLabels: Readonly<Record<string, string>>): number {
  const stream = new ReplicaStream({
    maxLineBytes: 1 << 20,
    maxLabels: 128,
    maxLabelValueBytes: 1 << 18,
  });
  const names = new RunNames({
    externalLabels: [externalLabels],
    replicaLabels: ['replica'],
    attachedLabels: {},
    shardLabels: {},
  });
  stream.use(new ExternalRuns(names, externalLabels));
  let lines = 0;
  let next = 0;
  for (;;) {
    const step = stream.step();
    if (step === LINE) lines += 1;
    else if (step === END) return lines;
    else if (next < chunks.length) stream.push(chunks[next++]!);
    else stream.end();
  }
}

for (const { name, bodies, external, series } of fleets) {
  const canonical = bodies[0]![0]!;
  const spaced = Buffer.from(canonical.toString().replaceAll('{', '{ '));
  for (const [form, body] of [
    ['canonical', canonical],
    ['rewritten', spaced],
  ] as const) {
    const chunks = chunksOf(body);
    const scan = (): void => assert.equal(scanAll(chunks, external[0]![0]!), series);
    scan();
    const { p50, min } = await measure(scan, { min_cpu_time: 1e9, min_samples: 5, warmup_samples: 3 });
    const rate = (nanoseconds: number): string =>
      `${((series / nanoseconds) * 1e3).toFixed(2)} M lines/s, ${((body.length / nanoseconds) * 1e3).toFixed(0)} MB/s`;
    console.log(`scan ${name}, ${form} (${series} lines): median ${rate(p50)}; best ${rate(min)}`);
  }
}
