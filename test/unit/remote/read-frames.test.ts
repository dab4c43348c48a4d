import CRC32C from 'crc-32/crc32c.js';
import { describe, expect, it } from 'vitest';
import { readFrames } from '../../../src/remote/read-frames.ts';

function frame(payload: string): Buffer {
  const bytes = Buffer.from(payload);
  const checksum = Buffer.alloc(4);
  checksum.writeInt32BE(CRC32C.buf(bytes));
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return Buffer.concat([Buffer.from(length), checksum, bytes]);
}

async function read(bytes: Uint8Array, chunk: number, maxFrameBytes = 1000): Promise<string[]> {
  const chunks = async function* (): AsyncGenerator<Uint8Array, void> {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  };
  const found: string[] = [];
  for await (const batch of readFrames(chunks(), { maxFrameBytes })) {
    for (const payload of batch) found.push(Buffer.from(payload).toString());
  }
  return found;
}

const payloads = ['first', '', 'x'.repeat(300), 'last'];
const stream = Buffer.concat(payloads.map((payload) => frame(payload)));

describe('a stream of frames', () => {
  it.each([1, 2, 3, 7, 100, 1000])('is read in chunks of %s bytes', async (chunk) => {
    expect(await read(stream, chunk)).toEqual(payloads);
  });

  it('that ends in the middle of a frame is an error', async () => {
    await expect(read(stream.subarray(0, -1), 5)).rejects.toMatchObject({ code: 'PG_PARSE_INVALID' });
  });

  it('with a wrong checksum is an error', async () => {
    const broken = Buffer.from(stream);
    broken[7]! ^= 1;
    await expect(read(broken, 5)).rejects.toMatchObject({
      code: 'PG_PARSE_INVALID',
      message: expect.stringContaining('checksum'),
    });
  });

  it('with a frame over the limit is an error that names both', async () => {
    await expect(read(stream, 5, 200)).rejects.toMatchObject({
      code: 'PG_LIMIT_BUFFER',
      message: 'a frame of 300 bytes exceeds the limit of 200',
    });
  });

  it('with a length that is no number is an error', async () => {
    await expect(read(Buffer.alloc(20, 0xff), 20)).rejects.toMatchObject({ code: 'PG_PARSE_INVALID' });
  });
});
