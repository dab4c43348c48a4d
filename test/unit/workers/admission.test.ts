import { describe, expect, it } from 'vitest';
import { createAdmission } from '../../../src/workers/admission.ts';

const never = new AbortController().signal;

describe('createAdmission', () => {
  it('gives all slots or none, in the order of arrival', async () => {
    const admission = createAdmission(3);
    const order: string[] = [];
    const first = await admission.acquire(2, never);
    const second = admission.acquire(2, never).then((release) => (order.push('second'), release));
    const third = admission.acquire(1, never).then((release) => (order.push('third'), release));
    await Promise.resolve();
    expect([order, admission.waiting]).toEqual([[], 2]);
    first();
    await Promise.all([second, third]);
    expect([order, admission.waiting]).toEqual([['second', 'third'], 0]);
  });

  it('lets those behind a client that left go on', async () => {
    const admission = createAdmission(2);
    const first = await admission.acquire(1, never);
    const leaving = new AbortController();
    const second = admission.acquire(2, leaving.signal);
    const third = admission.acquire(1, never);
    leaving.abort();
    await expect(second).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
    (await third)();
    first();
    expect(admission.waiting).toBe(0);
  });

  it('refuses what can never be granted', async () => {
    await expect(createAdmission(2).acquire(3, never)).rejects.toThrow('needs 3 worker slots, the pool has 2');
  });
});
