import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GatewayError } from '../../../src/model/errors.ts';
import { SampleSink } from '../../../src/remote/chunks/sample-sink.ts';
import { decodeFloatHistogramChunk, decodeHistogramChunk } from '../../../src/remote/chunks/decode-histogram-chunk.ts';
import { decodeXorChunk } from '../../../src/remote/chunks/decode-xor-chunk.ts';
import { bits, float } from './chunk-bits.ts';

/** Two bytes of count, then 1000 as a zigzag varint, then the value as it is. */
const head = (count: number, value: number | 'stale'): string =>
  `${count.toString(2).padStart(16, '0')} 11010000 00001111 ${float(value)}`;

it('decodes samples whose times and values do not change their pace', () => {
  // 15000 as a varint, the same value; then twice the same delta and the same value.
  const sink = new SampleSink({ startMs: 0, endMs: 1e9 });
  decodeXorChunk(bits(`${head(4, 2.5)} 10011000 01110101 0 00 00`), sink);
  expect(sink.take(['a', 'b'])).toEqual({
    labels: ['a', 'b'],
    timestampsMs: Float64Array.of(1000, 16_000, 31_000, 46_000),
    values: Float64Array.of(2.5, 2.5, 2.5, 2.5),
  });
});

it('tells a stale marker by its bits', () => {
  const sink = new SampleSink({ startMs: 0, endMs: 1e9 });
  decodeXorChunk(bits(head(1, 'stale')), sink);
  expect(sink.take([]).kinds).toEqual(Uint8Array.of(1));
});

it('leaves out what lies outside of the range', () => {
  const sink = new SampleSink({ startMs: 10_000, endMs: 20_000 });
  decodeXorChunk(bits(`${head(3, 1)} 10011000 01110101 0 00`), sink);
  expect(sink.take([]).timestampsMs).toEqual(Float64Array.of(16_000));
});

it.each([
  ['floats', decodeXorChunk],
  ['histograms', decodeHistogramChunk],
  ['float histograms', decodeFloatHistogramChunk],
])('any bytes as a chunk of %s give samples or one of our errors', (_what, decode) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      // Few samples: what a chunk says of their number is not what is tried here.
      if (bytes.length > 0) bytes[0] = 0;
      const sink = new SampleSink({ startMs: -Infinity, endMs: Infinity });
      try {
        decode(bytes, sink);
      } catch (error) {
        expect(error).toBeInstanceOf(GatewayError);
      }
      for (const t of sink.take([]).timestampsMs) expect(t).not.toBeNaN();
    }),
  );
});

it('a value of more than 64 bits is refused', () => {
  const sink = new SampleSink({ startMs: 0, endMs: 1e9 });
  // A window of its own: 31 leading zeros and 63 significant bits.
  const chunk = bits(`${head(2, 1)} 10011000 01110101 11 11111 111111 ${'1'.repeat(63)}`);
  expect(() => decodeXorChunk(chunk, sink)).toThrow('more than 64 bits');
});
