import { describe, expect, it } from 'vitest';

import { WireBody } from '../../../src/upstream/wire-body.ts';

function recorded(): { body: WireBody; calls: string[] } {
  const calls: string[] = [];
  const body = new WireBody({
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    abort: (reason) => calls.push(`abort: ${reason.message}`),
  });
  return { body, calls };
}

const bytes = (length: number, value = 1): Uint8Array => new Uint8Array(length).fill(value);

describe('the body on the wire', () => {
  it('joins small chunks of one turn, in order, and leaves large ones as they are', async () => {
    const { body } = recorded();
    const first = body.next();
    for (let value = 1; value <= 3; value++) body.push(bytes(1, value));
    const large = bytes(70_000, 4);
    body.push(large);
    body.push(bytes(0));
    body.push(bytes(1, 5));
    body.end();
    expect(await first).toEqual({ done: false, value: Buffer.from([1, 2, 3]) });
    expect((await body.next()).value).toBe(large);
    expect((await body.next()).value).toEqual(Buffer.from([5]));
    expect(await body.next()).toEqual({ done: true, value: undefined });
    expect(body.bytes).toBe(70_004);
  });

  it('joins into pieces that grow with the body, to 64 KiB', async () => {
    const { body } = recorded();
    for (let i = 0; i < 10; i++) body.push(bytes(16_384));
    const lengths = [];
    for (let i = 0; i < 4; i++) lengths.push(((await body.next()).value as Uint8Array).length);
    expect(lengths).toEqual([16_384, 32_768, 65_536, 49_152]);
  });

  it('leaves a piece as it is until the next but one is asked for, when its memory is used again', async () => {
    const { body } = recorded();
    body.reuseBuffers();
    const take = async (value: number): Promise<Uint8Array> => {
      body.push(bytes(40_000, value));
      return (await body.next()).value!;
    };
    const pieces: Uint8Array[] = [];
    for (let value = 1; value <= 6; value++) {
      pieces.push(await take(value));
      const isIntact = (piece: Uint8Array, i: number): boolean => piece.every((byte) => byte === i + 1);
      expect(pieces.map(isIntact).slice(-2)).not.toContain(false);
    }
    expect(new Set(pieces.map(({ buffer }) => buffer)).size).toBe(4);
  });

  it('lets the memory of copied chunks go when chunks of other memory come, and of no others', () => {
    const { body } = recorded();
    const [copied, kept, small, last] = [bytes(65_536), bytes(65_536), bytes(8_192), bytes(65_536)];
    for (const start of [0, 4096, 8192]) body.push(copied.subarray(start, start + 4096));
    expect(copied.length).toBe(65_536);
    body.push(kept.subarray(0, 40_000));
    expect(copied.length).toBe(0);
    body.push(kept.subarray(40_000, 41_000));
    body.push(small);
    const shared = Buffer.from('a piece of the memory that all small buffers share');
    body.push(shared);
    body.push(last.subarray(0, 100));
    expect([kept, small, shared, last].map(({ length }) => length)).toEqual([65_536, 8_192, 50, 65_536]);
  });

  it('pauses once at 256 KiB, and resumes below half of it', async () => {
    const { body, calls } = recorded();
    for (let i = 0; i < 6; i++) body.push(bytes(65_536));
    expect(calls).toEqual(['pause']);
    for (let i = 0; i < 4; i++) await body.next();
    expect(calls).toEqual(['pause']);
    await body.next();
    expect(calls).toEqual(['pause', 'resume']);
  });

  it('hands out what came before the wire broke, then the error, again and again', async () => {
    const { body, calls } = recorded();
    body.push(bytes(2));
    body.fail(new Error('broken'));
    body.push(bytes(2));
    expect((await body.next()).value).toEqual(Buffer.from(bytes(2)));
    await expect(body.next()).rejects.toThrow('broken');
    await expect(body.next()).rejects.toThrow('broken');
    expect(calls).toEqual([]);
  });

  it('drops what is queued when cancelled, and wakes the consumer', async () => {
    const waiting = recorded();
    const next = waiting.body.next();
    waiting.body.cancel(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
    expect(waiting.calls).toEqual(['abort: enough']);

    const queued = recorded();
    queued.body.push(bytes(2));
    queued.body.cancel(new Error('enough'));
    await expect(queued.body.next()).rejects.toThrow('enough');
  });

  it.each<[string, (body: WireBody) => void]>([
    ['its end', (body) => body.end()],
    ['its failure', (body) => body.fail(new Error('broken'))],
    ['a cancel', (body) => body.cancel(new Error('first'))],
  ])('aborts the connection no second time after %s', async (_name, finish) => {
    const { body, calls } = recorded();
    finish(body);
    const before = [...calls];
    body.cancel(new Error('late'));
    await body.return();
    expect(calls).toEqual(before);
  });

  it('ends for a consumer that returned', async () => {
    const { body, calls } = recorded();
    body.push(bytes(2));
    expect(await body.return()).toEqual({ done: true, value: undefined });
    expect(await body.next()).toEqual({ done: true, value: undefined });
    expect(calls).toEqual(['abort: body no longer wanted']);
  });
});
