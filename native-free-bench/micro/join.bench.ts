/**
 * How many samples a second one thread joins: 4 shards of 2 replicas with equal series, bodies in memory, in chunks of 64 KiB,
 * blocks of 1 MiB that are thrown away. Run: `node native-free-bench/micro/join.bench.ts`
 */
import assert from 'node:assert/strict';
import { measure } from 'mitata';
import { allocateBlockBuffers, BlockWriter } from '../../src/federate/join/block-writer.ts';
import { createJoinKernel } from '../../src/federate/join/kernel/join-kernel.ts';
import type { ShardJoinOptions } from '../../src/federate/join/join-options.ts';
import { createShardJoin } from '../../src/federate/join/shard-join.ts';
import { nothingGiven } from '../../src/topology/shard-view.ts';
import { chunksOf, type ReplicaBodies, replicaBodies } from './replica-bodies.ts';

const SHARDS = 4;
const fleets: ReplicaBodies[] = [
  replicaBodies('few-families-many-series', { shards: SHARDS, families: 10, seriesPerFamily: 2500 }),
  replicaBodies('many-families', { shards: SHARDS, families: 1000, seriesPerFamily: 25 }),
];

const shared: Omit<ShardJoinOptions, 'replicas' | 'attachedLabels' | 'shardLabels'> = {
  ...nothingGiven(),
  leader: 0,
  succession: [],
  maxFilledSeries: 0,
  replicaLabels: ['replica'],
  keepReplicas: 'none',
  timestamps: 'keep',
  limits: { maxLineBytes: 1 << 20, maxLabelsPerSeries: 128, maxLabelValueBytes: 1 << 18, maxBufferedBytes: 1 << 28 },
  family: () => ({ pass: 'all' }),
};

const kernel = process.env.KERNEL === '0' ? undefined : createJoinKernel();

/** As a thread of the gateway remembers them. */
const sampleMasks = new Map<string, number>();

const buffers = allocateBlockBuffers(1 << 20);

/** Joins one shard; returns the number of lines that left. */
function joinShard(fleet: ReplicaBodies, shard: number): number {
  const slave = { slave: String(shard) };
  const join = createShardJoin({
    ...shared,
    kernel,
    replicas: fleet.external[shard]!.map((externalLabels) => ({ externalLabels, order: 'sorted' })),
    attachedLabels: slave,
    shardLabels: slave,
    sampleMask: sampleMasks.get(`${fleet.name} ${shard}`) ?? 0,
  });
  const chunks = fleet.bodies[shard]!.map(chunksOf);
  const next = chunks.map(() => 0);
  const out = new BlockWriter();
  out.reset(buffers);
  let lines = 0;
  for (;;) {
    const status = join.advance(out);
    if (status.kind === 'need') {
      for (const replica of status.replicas) {
        const chunk = chunks[replica]![next[replica]!++];
        if (chunk === undefined) join.end(replica);
        else join.push(replica, chunk);
      }
      continue;
    }
    lines += out.take()?.meta.lines ?? 0;
    out.reset(buffers);
    if (status.kind === 'full') continue;
    assert.equal(status.kind, 'done');
    assert.equal(join.summary().comparedLines, 0);
    sampleMasks.set(`${fleet.name} ${shard}`, join.sampleMask);
    return lines;
  }
}

for (const fleet of fleets) {
  const samples = fleet.series * 2 * SHARDS;
  const joinAll = (): void => {
    for (let shard = 0; shard < SHARDS; shard++) assert.equal(joinShard(fleet, shard), fleet.series);
  };
  joinAll();
  const { p50, min } = await measure(joinAll, { min_cpu_time: 3e9, min_samples: 5, warmup_samples: 3 });
  const rate = (nanoseconds: number): string => {
    const seconds = nanoseconds / 1e9;
    return `${(samples / seconds / 1e6).toFixed(2)} M samples/s, ${(fleet.bytes / seconds / 1e6).toFixed(0)} MB/s`;
  };
  const line = (fleet.bytes / samples).toFixed(0);
  console.log(`join ${fleet.name} (${samples} lines of ${line} bytes): median ${rate(p50)}; best ${rate(min)}`);
}
