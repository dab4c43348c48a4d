import { expect, it } from 'vitest';
import { TextWindow } from '../../../../src/federate/join/text-window.ts';

const text = ({ bytes }: TextWindow, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString();

it('knows the end of the last complete line', () => {
  const window = new TextWindow();
  expect(window.append(Buffer.from('ab'), 0)).toBe(0);
  expect([window.end, window.limit]).toEqual([2, 0]);
  window.append(Buffer.from('c\nd\ne'), 0);
  expect([window.end, window.limit]).toEqual([7, 6]);
  window.append(Buffer.from('f'), 0);
  expect([window.end, window.limit]).toEqual([8, 6]);
});

it('keeps what it has to, and says by how much it moved', () => {
  const window = new TextWindow();
  let read = 0;
  let moved = 0;
  for (let i = 0; i < 1000; i++) {
    const chunk = `line ${String(i).padStart(5, '0')}\n`;
    const shift = window.append(Buffer.from(chunk), read);
    read -= shift;
    moved += shift;
    expect(text(window, read, window.end)).toBe(chunk);
    expect(window.limit).toBe(window.end);
    read = window.end;
  }
  expect(moved).toBeGreaterThan(0);
  expect(window.bytes.length).toBeLessThan(1000);
});

it('grows for a line of any length, with room for words behind it', () => {
  const window = new TextWindow();
  for (let i = 0; i < 100; i++) window.append(Buffer.alloc(1000, 'x'), 0);
  expect(window.end).toBe(100_000);
  expect(window.bytes.length).toBeGreaterThan(100_000 + 16);
  expect(window.view.byteLength).toBe(window.bytes.length);
});
