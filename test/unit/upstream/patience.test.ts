import { expect, it } from 'vitest';
import { createPatience, type WaitOutcome } from '../../../src/upstream/patience.ts';

const DELAY_MS = 100;

function start() {
  let nowMs = 0;
  const read = { isOpen: false, bytes: 0, samples: 0 };
  const patience = createPatience<typeof read>({
    delayMs: DELAY_MS,
    minBytesPerSecond: 40_960,
    clock: () => nowMs,
    usefulBytes: ({ samples }) => samples,
  });
  /** Waits for the read for so long; gives how long it might have. */
  const wait = async (ms: number, outcome: WaitOutcome = 'late'): Promise<number> => {
    let givenMs = Number.NaN;
    await patience.during([read], async (delayMs) => {
      givenMs = delayMs;
      nowMs += ms;
      return outcome;
    });
    return givenMs;
  };
  return { patience, read, wait, pass: (ms: number) => void (nowMs += ms) };
}

it('adds up what is waited for, and nothing else', async () => {
  const { patience, read, wait, pass } = start();
  expect(await wait(60)).toBe(100);
  pass(1000);
  expect(patience.isOver(read)).toBe(false);
  expect(await wait(40)).toBe(40);
  expect(patience.isOver(read)).toBe(true);
  expect(await wait(0)).toBe(0);
});

it.each([
  ['its head', (read: { isOpen: boolean; bytes: number }) => void (read.isOpen = true), 100],
  ['its first byte', (read: { isOpen: boolean; bytes: number }) => void (read.bytes += 1), 100],
  ['4 KiB of samples', (read: { samples: number }) => void (read.samples += 4096), 100],
])('begins anew with %s', async (_, moveOn, left) => {
  const { patience, read, wait } = start();
  await wait(90);
  moveOn(read);
  expect(patience.isOver(read)).toBe(false);
  expect(await wait(10)).toBe(left);
});

it('is not renewed by comments, however many', async () => {
  const { patience, read, wait } = start();
  read.bytes = 1;
  await wait(90);
  read.bytes += 1_000_000;
  expect(await wait(10)).toBe(10);
  expect(patience.isOver(read)).toBe(true);
});

it('counts the work on what is no progress, but not long pauses of the thread or rests', () => {
  const { patience, read, pass } = start();
  patience.rested();
  for (let i = 0; i < 4; i++) {
    pass(10);
    expect(patience.worked([read])).toEqual([]);
  }
  pass(1000);
  patience.rested();
  expect(patience.worked([read])).toEqual([]);
  pass(1000);
  expect(patience.worked([read])).toEqual([]);
  pass(20);
  expect(patience.worked([read])).toEqual([read]);
});

it('blames no read for a thread that looks late', async () => {
  const { patience, read, wait } = start();
  await wait(5000, 'progress');
  expect(patience.isOver(read)).toBe(false);
  expect(await wait(1)).toBe(50);
});

it('is not renewed by a few bytes', async () => {
  const { patience, read, wait } = start();
  read.bytes = 1;
  for (let i = 0; i < 9; i++) {
    await wait(10);
    read.samples += 400;
  }
  expect(await wait(10)).toBe(10);
  expect(patience.isOver(read)).toBe(true);
});
