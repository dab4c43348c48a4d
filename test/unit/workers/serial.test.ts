import { expect, it } from 'vitest';
import { createSerial } from '../../../src/workers/serial.ts';

it('runs one piece of work after the other, also behind one that failed', async () => {
  const serial = createSerial();
  const order: string[] = [];
  const first = serial.run(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push('first');
    throw new Error('broken');
  });
  const second = serial.run(async () => order.push('second'));
  await expect(first).rejects.toThrow('broken');
  await second;
  expect(order).toEqual(['first', 'second']);
});
