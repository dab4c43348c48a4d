import { describe, expect, it } from 'vitest';
import { allocateBlockBuffers, BlockWriter, type WrittenBlock } from '../../../../src/federate/join/block-writer.ts';
import { hashLabelSet } from '../../../../src/exposition/text/label-set-hash.ts';
import type { FamilyHead } from '../../../../src/federate/join/family-head.ts';
import { runsOf, sampleLine } from './join-fixture.ts';

const family: FamilyHead = { name: 'm', type: 'untyped' };
const other: FamilyHead = { name: 'n', type: 'counter' };

function write(writer: BlockWriter, text: string, head = family): boolean {
  const line = sampleLine(text);
  return writer.write(head, line, line.run.joined, line.end);
}

const textOf = ({ buffers, meta }: WrittenBlock): string => Buffer.from(buffers.bytes, 0, meta.usedBytes).toString();

function createWriter(bytes: number, bytesPerLine?: number): BlockWriter {
  const writer = new BlockWriter();
  writer.reset(allocateBlockBuffers(bytes, bytesPerLine));
  return writer;
}

describe('lines', () => {
  it('are written with their run, whatever is behind them', () => {
    const writer = createWriter(1000);
    const lines = [
      'm 1',
      'm{a="x"} 1 1700000000000',
      'm{instance="h"} 1.5',
      '{"my.metric"} 1',
      '{"my.metric",a="x"} 1',
    ];
    for (const line of lines) expect(write(writer, line)).toBe(true);
    expect(textOf(writer.take()!)).toBe(
      'm{instance=""} 1\n' +
        'm{a="x",instance=""} 1 1700000000000\n' +
        'm{instance="h"} 1.5\n' +
        '{"my.metric",instance=""} 1\n' +
        '{"my.metric",a="x",instance=""} 1\n',
    );
  });

  it('have their ends and hashes', () => {
    const writer = createWriter(1000);
    write(writer, 'm{a="x"} 1');
    write(writer, 'm{a="y"} 1');
    const { buffers } = writer.take()!;
    expect([...new Uint32Array(buffers.lineEnds, 0, 2)]).toEqual([23, 46]);
    expect([...new Uint32Array(buffers.hashes, 0, 4)]).toEqual([
      ...hashLabelSet('m', ['a', 'x']),
      ...hashLabelSet('m', ['a', 'y']),
    ]);
  });

  it('may end with the value', () => {
    const writer = createWriter(1000);
    const line = sampleLine('m{a="x"} 1 1700000000000');
    writer.write(family, line, line.run.joined, line.valueEnd);
    expect(textOf(writer.take()!)).toBe('m{a="x",instance=""} 1\n');
  });
});

describe('segments', () => {
  it('are one for each family in a row', () => {
    const writer = createWriter(1000);
    write(writer, 'm{a="x"} 1');
    write(writer, 'm{a="y"} 1');
    write(writer, 'n 1', other);
    expect(writer.take()!.meta).toEqual({
      usedBytes: 63,
      lines: 3,
      segments: [
        { family: 'm', type: 'untyped', start: 0, end: 46, firstLine: 0, lines: 2, compared: true },
        { family: 'n', type: 'counter', start: 46, end: 63, firstLine: 2, lines: 1, compared: true },
      ],
    });
  });

  it('go on in the next block', () => {
    const writer = createWriter(1000);
    write(writer, 'm{a="x"} 1');
    writer.take();
    writer.reset(allocateBlockBuffers(1000));
    write(writer, 'm{a="y"} 1');
    expect(writer.take()!.meta.segments).toMatchObject([{ family: 'm', start: 0, firstLine: 0, lines: 1 }]);
  });
});

describe('room', () => {
  it('there is none without buffers', () => {
    const writer = new BlockWriter();
    expect(write(writer, 'm 1')).toBe(false);
    expect(writer.take()).toBeUndefined();
    expect(writer.reserve(1, 1)).toBe(false);
  });

  it('ends with the bytes', () => {
    const writer = createWriter(100, 10);
    let lines = 0;
    while (write(writer, 'm{a="x"} 1')) lines += 1;
    expect(lines).toBe(3);
    expect(writer.take()!.meta.lines).toBe(3);
    expect(write(writer, 'm 1')).toBe(false);
  });

  it('ends with the lines', () => {
    const writer = createWriter(1000, 500);
    expect([1, 2, 3].map(() => write(writer, 'm 1'))).toEqual([true, true, false]);
  });

  it('is made for a line that would never fit', () => {
    const writer = createWriter(100);
    const long = `m{a="${'x'.repeat(500)}"} 1`;
    expect(write(writer, 'm 1')).toBe(true);
    expect(write(writer, long)).toBe(false);
    writer.take();
    writer.reset(allocateBlockBuffers(100));
    expect(write(writer, long)).toBe(true);
    expect(textOf(writer.take()!)).toHaveLength(long.length + 13);
  });

  it('may be reserved for several lines', () => {
    const writer = createWriter(200, 50);
    expect(writer.reserve(60, 2)).toBe(true);
    write(writer, 'm 1');
    expect(writer.reserve(60, 4)).toBe(false);
    expect(writer.reserve(150, 2)).toBe(false);
    writer.take();
    writer.reset(allocateBlockBuffers(200, 50));
    expect(writer.reserve(500, 20)).toBe(true);
    for (let i = 0; i < 20; i++) expect(write(writer, 'm 1')).toBe(true);
  });

  it('is worth sending from some size on, which grows with each block', () => {
    const writer = new BlockWriter({ worthSending: { first: 20, most: 50 } });
    writer.reset(allocateBlockBuffers(1000));
    expect([writer.isEmpty, writer.isWorthSending]).toEqual([true, false]);
    write(writer, 'm 1');
    expect([writer.isEmpty, writer.isWorthSending]).toEqual([false, false]);
    write(writer, 'm 1');
    expect(writer.isWorthSending).toBe(true);
    const linesUntilWorth = (): number => {
      writer.take();
      writer.reset(allocateBlockBuffers(1000));
      let lines = 0;
      for (; !writer.isWorthSending; lines++) write(writer, 'm 1');
      return lines;
    };
    const bytes = 'm{instance=""} 1\n'.length;
    expect([linesUntilWorth(), linesUntilWorth()]).toEqual([Math.ceil(40 / bytes), Math.ceil(50 / bytes)]);
  });
});

it('marks lines that lack the label bytes of their shard', () => {
  const writer = createWriter(1000);
  const line = sampleLine('m{instance="h",slave="0"} 1', runsOf({ slave: '0' }));
  writer.write(family, line, { ...line.run.joined, isForeign: false }, line.end);
  expect(writer.take()!.meta.segments[0]!.compared).toBe(false);
});
