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

  it('grants what waits when the capacity grows', async () => {
    const admission = createAdmission(1);
    await admission.acquire(1, never);
    const waiting = admission.acquire(1, never);
    admission.resize(2);
    await waiting;
    expect([admission.capacity, admission.waiting]).toEqual([2, 0]);
  });

  it('takes no slot away from its holder when the capacity shrinks', async () => {
    const admission = createAdmission(3);
    const releases = [await admission.acquire(1, never), await admission.acquire(1, never)];
    admission.resize(1);
    const waiting = admission.acquire(1, never);
    releases[0]!();
    expect(admission.waiting).toBe(1);
    releases[1]!();
    (await waiting)();
    await expect(admission.acquire(2, never)).rejects.toThrow('the pool has 1');
  });

  it('does not shrink below what a waiting request needs', async () => {
    const admission = createAdmission(3);
    const release = await admission.acquire(1, never);
    const waiting = admission.acquire(3, never);
    admission.resize(1);
    release();
    await waiting;
  });
});
