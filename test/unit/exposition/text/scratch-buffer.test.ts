import { expect, it } from 'vitest';
import { ScratchBuffer, WORD_SLACK_BYTES } from '../../../../src/exposition/text/scratch-buffer.ts';

it('has room for what was reserved, and slack', () => {
  const scratch = new ScratchBuffer();
  for (const size of [0, 1, 100, 1000]) {
    scratch.reserve(size);
    expect(scratch.bytes.length).toBeGreaterThanOrEqual(size + WORD_SLACK_BYTES);
    expect(scratch.view.byteLength).toBe(scratch.bytes.length);
  }
});

it('keeps its memory while that is enough', () => {
  const scratch = new ScratchBuffer();
  scratch.reserve(1000);
  const { bytes } = scratch;
  scratch.reserve(10);
  expect(scratch.bytes).toBe(bytes);
});
