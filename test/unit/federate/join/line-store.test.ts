import { expect, it } from 'vitest';
import { SampleLine } from '../../../../src/exposition/text/sample-line.ts';
import type { FamilyHead } from '../../../../src/federate/join/family-head.ts';
import { LineStore } from '../../../../src/federate/join/line-store.ts';
import { sampleLine } from './join-fixture.ts';

const family = (name: string): FamilyHead => ({ name, type: 'untyped' });

function fill(lines: readonly (readonly [family: string, text: string])[]): LineStore {
  const store = new LineStore();
  for (const [name, text] of lines) store.add(sampleLine(text), family(name));
  return store;
}

function read(store: LineStore): string[] {
  return Array.from({ length: store.length }, (_, i) => {
    const line = new SampleLine();
    const { name } = store.load(i, line);
    const part = (start: number, end: number): string => Buffer.from(line.bytes.subarray(start, end)).toString();
    return `${name}: ${part(line.start, line.ownEnd)} ${part(line.valueStart, line.end)}`;
  });
}

it('sorts by family, then by label set; equal ones stay in their order', () => {
  const store = fill([
    ['n', 'n{a="2"} 1'],
    ['m', 'm{a="2"} 1 5'],
    ['n', 'n{a="1"} 1'],
    ['m', 'm{a="1"} 2'],
    ['m', 'm{a="2"} 3'],
    ['é', '{"é"} 1'],
  ]);
  store.sort();
  expect(read(store)).toEqual([
    'm: m{a="1" 2',
    'm: m{a="2" 1 5',
    'm: m{a="2" 3',
    'n: n{a="1" 1',
    'n: n{a="2" 1',
    'é: {"é" 1',
  ]);
});

it('gives back every field', () => {
  const original = sampleLine('{"my.metric",a="x","b.c"="y"} 1.5 1700000000000');
  const store = new LineStore();
  store.add(sampleLine('x 1'), family('x'));
  store.add(original, family('my.metric'));
  store.sort();
  const line = new SampleLine();
  store.load(0, line);
  const { bytes: _, view: __, start, nameEnd, ownEnd, valueStart, valueEnd, end, ...rest } = line;
  expect(rest).toEqual({
    low: original.low,
    high: original.high,
    run: original.run,
    timestampMs: original.timestampMs,
    isQuoted: true,
    hasQuotedName: true,
  });
  expect([nameEnd - start, ownEnd - start, valueEnd - valueStart, end - valueStart]).toEqual([
    original.nameEnd - original.start,
    original.ownEnd - original.start,
    original.valueEnd - original.valueStart,
    original.end - original.valueStart,
  ]);
});

it('holds many lines, and says what they occupy', () => {
  const store = new LineStore();
  for (let i = 9999; i >= 0; i--) store.add(sampleLine(`m{a="${String(i).padStart(5, '0')}"} ${i}`), family('m'));
  store.sort();
  expect(read(store).slice(0, 2)).toEqual(['m: m{a="00000" 0', 'm: m{a="00001" 1']);
  expect(store.heldBytes).toBeGreaterThan(10_000 * 14);
  store.clear();
  expect([store.length, store.heldBytes]).toEqual([0, 0]);
  store.add(sampleLine('m 1'), family('m'));
  store.sort();
  expect(read(store)).toEqual(['m: m 1']);
});
