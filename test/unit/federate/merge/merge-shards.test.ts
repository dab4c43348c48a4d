import { describe, expect, it } from 'vitest';
import { createHeldFamilies, type HeldFamilies } from '../../../../src/federate/merge/held-families.ts';
import { typeLine } from '../../../../src/federate/merge/family-merge.ts';
import { mergeShards } from '../../../../src/federate/merge/merge-shards.ts';
import { ShardCursor } from '../../../../src/federate/merge/shard-cursor.ts';
import { createStage } from '../../../../src/federate/merge/stage.ts';
import { Hash64Set } from '../../../../src/model/hash64-set.ts';
import { blockOf, sourceOf, type FamilyLines } from './blocks.ts';

interface Merged {
  text: string;
  conflicts: [string, number][];
  lost: [number, unknown][];
  late: number[];
  lines: number;
  held: HeldFamilies;
}

interface Input {
  readonly shards: readonly (readonly (readonly FamilyLines[])[])[];
  readonly distinct?: boolean;
  readonly holdsBack?: string;
  readonly errors?: readonly (Error | undefined)[];
}

async function merge({ shards, distinct = true, holdsBack, errors = [] }: Input): Promise<Merged> {
  const merged: Merged = { text: '', conflicts: [], lost: [], late: [], lines: 0, held: createHeldFamilies(1000) };
  const sources = shards.map((blocks, shard) =>
    sourceOf(
      blocks.map((families) => blockOf(...families)),
      errors[shard],
    ),
  );
  const cursors = sources.map(
    (source, shard) => new ShardCursor(shard, source, (lost, error) => merged.lost.push([lost, error])),
  );
  const chunks = mergeShards({
    cursors,
    stage: createStage(64),
    held: merged.held,
    shardsAreDistinct: distinct,
    leavingName: (family) => family.replace('.', '_'),
    holdsBack: (family) => family === holdsBack,
    onConflict: (family, lines) => merged.conflicts.push([family, lines]),
    onLines: (lines) => {
      merged.lines += lines;
    },
    onLate: (shard) => merged.late.push(shard),
    checkpoint: () => {},
  });
  for await (const chunk of chunks) merged.text += new TextDecoder().decode(chunk);
  expect(sources.map(({ released }) => released.length)).toEqual(shards.map((blocks) => blocks.length));
  return merged;
}

/** Lines sorted inside each family: their order there is that of arrival. */
const families = (text: string): string[][] =>
  text
    .split(/^(?=# TYPE )/m)
    .filter((family) => family !== '')
    .map((family) => {
      const [type, ...lines] = family.trimEnd().split('\n');
      return [type!, ...lines.sort()];
    });

describe('mergeShards', () => {
  it('concatenates families of distinct shards under one TYPE line, in name order', async () => {
    const merged = await merge({
      shards: [
        [
          [{ family: 'b', lines: ['b{s="0"} 1'] }],
          [
            { family: 'b', lines: ['b{i="1",s="0"} 1'] },
            { family: 'c', lines: ['c{s="0"} 3'] },
          ],
        ],
        [
          [
            { family: 'a', lines: ['a{s="1"} 1'] },
            { family: 'b', lines: ['b{s="1"} 2'] },
          ],
        ],
        [],
      ],
    });
    expect(families(merged.text)).toEqual([
      ['# TYPE a untyped', 'a{s="1"} 1'],
      ['# TYPE b untyped', 'b{i="1",s="0"} 1', 'b{s="0"} 1', 'b{s="1"} 2'],
      ['# TYPE c untyped', 'c{s="0"} 3'],
    ]);
    expect(merged).toMatchObject({ conflicts: [], lost: [], lines: 5 });
  });

  it('gives a label set of two shards once where no label tells them apart', async () => {
    const merged = await merge({
      distinct: false,
      shards: [
        [[{ family: 'a', lines: ['a{i="1"} 1', 'a{i="2"} 1', 'a{i="3"} 1'] }]],
        [[{ family: 'a', lines: ['a{i="0"} 2', 'a{i="2"} 2', 'a{i="3"} 2', 'a{i="4"} 2'] }]],
      ],
    });
    const [, ...lines] = families(merged.text)[0]!;
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'a{i="0"}',
      'a{i="1"}',
      'a{i="2"}',
      'a{i="3"}',
      'a{i="4"}',
    ]);
    expect(merged.conflicts).toEqual([['a', 2]]);
    expect(merged.lines).toBe(5);
  });

  it('compares a segment that may overlap with what was given before it', async () => {
    const merged = await merge({
      shards: [
        [[{ family: 'a', lines: ['a{i="1",s="0"} 1'] }]],
        [
          [{ family: 'a', lines: ['a{i="0",s="1"} 2'] }],
          [{ family: 'a', lines: ['a{i="1",s="0"} 2', 'a{i="9",s="0"} 2'], compared: true }],
        ],
      ],
    });
    expect(families(merged.text)[0]).toHaveLength(4);
    expect(merged.conflicts).toEqual([['a', 1]]);
  });

  it('holds back what a rule can produce', async () => {
    const merged = await merge({
      holdsBack: 'job:a',
      shards: [
        [
          [
            { family: 'job:a', lines: ['job:a{j="1"} 1', 'job:a{j="2"} 1'] },
            { family: 'z', lines: ['z{} 1'] },
          ],
        ],
      ],
    });
    expect(families(merged.text)).toEqual([['# TYPE z untyped', 'z{} 1']]);
    expect(merged.held.names()).toEqual(['job:a']);
    const ruleOutputs = new Hash64Set();
    const { hashes } = blockOf({ family: 'job:a', lines: ['job:a{j="1"} 99'] });
    ruleOutputs.add(hashes[0]!, hashes[1]!);
    const stage = createStage(64);
    expect(merged.held.write('job:a', ruleOutputs, stage)).toBe(1);
    expect(new TextDecoder().decode(stage.take())).toBe('job:a{j="2"} 1\n');
  });

  it('refuses to hold back more than the limit', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `job:a{j="${i}"} 1`);
    await expect(merge({ holdsBack: 'job:a', shards: [[[{ family: 'job:a', lines }]]] })).rejects.toThrow(
      /hold back \d+ bytes, the limit max_held_back_bytes is 1000/,
    );
  });

  it('goes on with the others when a shard is lost', async () => {
    const error = new Error('reset');
    const merged = await merge({
      errors: [error],
      shards: [[[{ family: 'a', lines: ['a{s="0"} 1'] }]], [[{ family: 'b', lines: ['b{s="1"} 1'] }]]],
    });
    expect(families(merged.text).map(([type]) => type)).toEqual(['# TYPE a untyped', '# TYPE b untyped']);
    expect(merged.lost).toEqual([[0, error]]);
  });

  it('leaves out a family whose name, as the client gets it, another one has', async () => {
    const merged = await merge({
      shards: [
        [
          [
            { family: 'a.b', lines: ['a_b{i="1"} 1'] },
            { family: 'a_b', lines: ['a_b{i="1"} 2', 'a_b{i="2"} 2'] },
          ],
        ],
      ],
    });
    expect(families(merged.text)).toEqual([['# TYPE a_b untyped', 'a_b{i="1"} 1']]);
    expect(merged.conflicts).toEqual([['a_b', 2]]);
  });

  it('does not repeat a TYPE line when a family comes late, and reports what it cannot compare', async () => {
    const merged = await merge({
      shards: [
        [
          [
            { family: 'b', lines: ['b{s="0"} 1'] },
            { family: 'a', lines: ['a{i="2",s="0"} 1'] },
          ],
        ],
        [
          [
            { family: 'a', lines: ['a{s="1"} 1'] },
            { family: 'c', lines: ['c{s="1"} 1'] },
          ],
        ],
      ],
    });
    expect(merged.text.match(/# TYPE a /g)).toHaveLength(1);
    expect(merged.text).toContain('a{i="2",s="0"} 1\n');
    const overlapping = await merge({
      distinct: false,
      shards: [
        [
          [
            { family: 'b', lines: ['b{} 1'] },
            { family: 'a', lines: ['a{} 1'] },
          ],
        ],
        [[{ family: 'a', lines: ['a{} 1'] }]],
      ],
    });
    expect(overlapping.text.match(/^a\{/gm)).toHaveLength(1);
    expect(overlapping.late).toEqual([0]);
  });
});

it.each([
  ['up', '# TYPE up untyped\n'],
  ['my.metric', '# TYPE "my.metric" untyped\n'],
  ['a"\\\n', String.raw`# TYPE "a\"\\\n" untyped` + '\n'],
])('typeLine(%j)', (name, line) => {
  expect(typeLine(name, 'untyped')).toBe(line);
});
