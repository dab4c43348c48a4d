import { describe, expect, it } from 'vitest';
import type { WrittenBlock } from '../../../../src/federate/join/block-writer.ts';
import { escapeBlock } from '../../../../src/federate/shard-task/escape-block.ts';

function blockOf(lines: readonly string[], hasQuotedNames = true): WrittenBlock {
  const texts = lines.map((line) => Buffer.from(`${line}\n`));
  const bytes = Buffer.concat(texts);
  const ends: number[] = [];
  for (const text of texts) ends.push((ends.at(-1) ?? 0) + text.length);
  const segments = lines.map((_, i) => ({
    family: `f${i}`,
    type: 'untyped',
    start: ends[i - 1] ?? 0,
    end: ends[i]!,
    firstLine: i,
    lines: 1,
    compared: false,
  }));
  return {
    buffers: {
      bytes: Uint8Array.from(bytes).buffer,
      lineEnds: Uint32Array.from(ends).buffer,
      hashes: new ArrayBuffer(ends.length * 8),
    },
    meta: { segments, usedBytes: bytes.length, lines: lines.length },
    hasQuotedNames,
  };
}

/** The text of each segment, cut by the segments' own offsets. */
const segmentTexts = ({ buffers, meta }: WrittenBlock): string[] =>
  meta.segments.map(({ start, end }) => Buffer.from(buffers.bytes, start, end - start).toString());

describe('escapeBlock', () => {
  it.each([
    ['{"my.metric",l="x"} 1 123', 'my_metric{l="x"} 1 123'],
    ['{"my.metric"} 1', 'my_metric 1'],
    ['m{"my.label"="x",z="y"} NaN 5', 'm{my_label="x",z="y"} NaN 5'],
    ['{"a.b","c.d"="{\\"x\\",","e"="}"} 1 2', 'a_b{c_d="{\\"x\\",",e="}"} 1 2'],
    ['m{a="x,",b="{"} 1 2', 'm{a="x,",b="{"} 1 2'],
    ['{"ä\\"b\\\\c\\nd"} 1', '__b_c_d 1'],
    ['plain 1 2', 'plain 1 2'],
  ])('writes %s as %s', (line, escaped) => {
    const block = escapeBlock(blockOf(['before{a="1"} 1', line, 'after{b="2"} 2']), 'underscores');
    expect(segmentTexts(block)).toEqual(['before{a="1"} 1\n', `${escaped}\n`, 'after{b="2"} 2\n']);
    expect([...new Uint32Array(block.buffers.lineEnds, 0, 3)]).toEqual(block.meta.segments.map(({ end }) => end));
  });

  it('follows the scheme, also where the line grows', () => {
    const lines = ['{"my.metric",l="x"} 1 123'];
    expect(segmentTexts(escapeBlock(blockOf(lines), 'values'))).toEqual(['U__my_2e_metric{l="x"} 1 123\n']);
    expect(segmentTexts(escapeBlock(blockOf(lines), 'dots'))).toEqual(['my_dot_metric{l="x"} 1 123\n']);
  });

  it.each([
    ['underscores', 'my_metric{a_b="2",c_d="3"}'],
    ['dots', 'my_dot_metric{a_dot_b="1",a_b="2",c_d="3"}'],
    ['values', 'U__my_2e_metric{U__a_2e_b="1",a_b="2",c_d="3"}'],
  ] as const)('gives each label name once under %s', (scheme, labels) => {
    const block = escapeBlock(blockOf(['{"my.metric","a.b"="1",a_b="2","c:d"="3"} 1']), scheme);
    expect(segmentTexts(block)).toEqual([`${labels} 1\n`]);
  });

  it('leaves a block alone that needs nothing', () => {
    const plain = blockOf(['m{a="1"} 1'], false);
    expect(escapeBlock(plain, 'underscores')).toBe(plain);
    const utf8 = blockOf(['{"my.metric"} 1']);
    expect(escapeBlock(utf8, 'allow-utf-8')).toBe(utf8);
  });
});
