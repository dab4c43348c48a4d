/**
 * How many lines a second the main thread merges: 4 shards of blocks in memory, 1,000 families of 25 lines a shard, with
 * shards that a label tells apart (lines concatenate) and with shards that none does (every hash is compared).
 * Run: `node native-free-bench/micro/merge.bench.ts`
 */
import assert from 'node:assert/strict';
import { measure } from 'mitata';
import { createHeldFamilies } from '../../src/federate/merge/held-families.ts';
import { mergeShards } from '../../src/federate/merge/merge-shards.ts';
import { ShardCursor } from '../../src/federate/merge/shard-cursor.ts';
import { createStage } from '../../src/federate/merge/stage.ts';
import type { Block, Segment } from '../../src/federate/segment.ts';

const SHARDS = 4;
const FAMILIES = 1000;
const LINES = 25;
const FAMILIES_A_BLOCK = 50;

/** One block of a shard: hashes differ between all lines of all shards. */
function blockOf(shard: number, firstFamily: number): Block {
  const segments: Segment[] = [];
  const lineEnds: number[] = [];
  const hashes: number[] = [];
  let text = '';
  for (let family = firstFamily; family < firstFamily + FAMILIES_A_BLOCK; family++) {
    const name = `http_requests_${String(family).padStart(6, '0')}_total`;
    const [start, firstLine] = [text.length, lineEnds.length];
    for (let line = 0; line < LINES; line++) {
      text += `${name}{handler="/api/v1/resource-${line}",instance="app-${line}.example:8080",job="api",slave="${shard}"} 12345 1700000000000\n`;
      lineEnds.push(text.length);
      hashes.push(family * 1000 + line, shard + 1);
    }
    segments.push({ family: name, type: 'untyped', start, end: text.length, firstLine, lines: LINES, compared: false });
  }
  return {
    bytes: new TextEncoder().encode(text),
    segments,
    lineEnds: Uint32Array.from(lineEnds),
    hashes: Uint32Array.from(hashes),
  };
}

const shards = Array.from({ length: SHARDS }, (_, shard) =>
  Array.from({ length: FAMILIES / FAMILIES_A_BLOCK }, (_, i) => blockOf(shard, i * FAMILIES_A_BLOCK)),
);
const inputBytes = shards.flat().reduce((sum, { bytes }) => sum + bytes.length, 0);

async function mergeAll(shardsAreDistinct: boolean): Promise<{ lines: number; bytes: number }> {
  let lines = 0;
  let bytes = 0;
  const cursors = shards.map((blocks, shard) => {
    let next = 0;
    return new ShardCursor(shard, { next: async () => blocks[next++], release: () => {} }, () => assert.fail());
  });
  const chunks = mergeShards({
    cursors,
    stage: createStage(64 * 1024),
    held: createHeldFamilies(0),
    shardsAreDistinct,
    leavingName: (family) => family,
    holdsBack: () => false,
    onConflict: () => assert.fail(),
    onLines: (count) => (lines += count),
    onLate: () => assert.fail(),
    checkpoint: () => {},
  });
  for await (const chunk of chunks) bytes += chunk.length;
  return { lines, bytes };
}

for (const [what, distinct] of [
  ['distinct shards', true],
  ['compared shards', false],
] as const) {
  const run = async (): Promise<void> => {
    const { lines, bytes } = await mergeAll(distinct);
    assert.equal(lines, SHARDS * FAMILIES * LINES);
    assert.equal(bytes, inputBytes + FAMILIES * '# TYPE http_requests_000000_total untyped\n'.length);
  };
  await run();
  const { p50, min } = await measure(run, { min_cpu_time: 1e9, min_samples: 5, warmup_samples: 3 });
  const rate = (nanoseconds: number): string =>
    `${((SHARDS * FAMILIES * LINES * 1e3) / nanoseconds).toFixed(2)} M lines/s, ${((inputBytes / nanoseconds) * 1e3).toFixed(0)} MB/s`;
  console.log(`merge ${what} (${SHARDS * FAMILIES * LINES} lines): median ${rate(p50)}; best ${rate(min)}`);
}
