import { expect, it } from 'vitest';
import { createShardAttendance } from '../../../../src/federate/rules/shard-attendance.ts';

it('knows a shard for the scopes it answered, or for all once it answered for everything', () => {
  const attendance = createShardAttendance();
  expect(attendance.isKnown(0, '')).toBe(false);
  attendance.answered(0, 'a');
  expect([attendance.isKnown(0, 'a'), attendance.isKnown(0, 'b'), attendance.isKnown(0, '')]).toEqual([
    true,
    false,
    false,
  ]);
  attendance.answered(0, '');
  expect([attendance.isKnown(0, 'b'), attendance.isKnown(0, '')]).toEqual([true, true]);
  expect(attendance.isKnown(1, 'a')).toBe(false);
});

it('forgets the scope used longest ago when there are many', () => {
  const attendance = createShardAttendance();
  for (let i = 0; i < 64; i++) attendance.answered(0, `scope ${i}`);
  attendance.answered(0, 'scope 0');
  attendance.answered(0, 'one more');
  expect(attendance.isKnown(0, 'scope 0')).toBe(true);
  expect(attendance.isKnown(0, 'scope 1')).toBe(false);
  expect(attendance.isKnown(0, 'scope 2')).toBe(true);
});
