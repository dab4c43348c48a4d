import { expect, it } from 'vitest';
import { systemClock } from '../../../../src/federate/share/clock.ts';
import { createFanOutAdmission } from '../../../../src/federate/share/fan-out-admission.ts';

const never = new AbortController().signal;

it('lets more wait than run, in the order of arrival, and refuses the rest', async () => {
  const admission = createFanOutAdmission({ maxConcurrent: 1, maxQueued: 3, clock: systemClock });
  const entered: number[] = [];
  const places = [0, 1, 2, 3].map(async (i) => {
    const release = await admission.enter(Infinity, never);
    entered.push(i);
    return release;
  });
  await expect(admission.enter(Infinity, never)).rejects.toMatchObject({
    code: 'PG_OVERLOADED',
    message: 'max_concurrent 1 fan-outs run and max_queued 3 wait already; ask again later',
  });
  for (const [i, place] of places.entries()) {
    const release = await place;
    expect([admission.running, admission.waiting]).toEqual([1, 3 - i]);
    release();
  }
  expect(entered).toEqual([0, 1, 2, 3]);
});

it('lets none wait at max_queued 0', async () => {
  const admission = createFanOutAdmission({ maxConcurrent: 1, maxQueued: 0, clock: systemClock });
  const release = await admission.enter(Infinity, never);
  await expect(admission.enter(Infinity, never)).rejects.toMatchObject({ code: 'PG_OVERLOADED' });
  release();
  await admission.enter(Infinity, never);
});

it('takes other limits: more are let in at once, those that run stay', async () => {
  const admission = createFanOutAdmission({ maxConcurrent: 1, maxQueued: 3, clock: systemClock });
  await admission.enter(Infinity, never);
  const waiting = [admission.enter(Infinity, never), admission.enter(Infinity, never)];
  admission.configure({ maxConcurrent: 3, maxQueued: 0 });
  await Promise.all(waiting);
  admission.configure({ maxConcurrent: 1, maxQueued: 0 });
  expect(admission.running).toBe(3);
  await expect(admission.enter(Infinity, never)).rejects.toMatchObject({
    message: 'max_concurrent 1 fan-outs run and max_queued 0 wait already; ask again later',
  });
});
