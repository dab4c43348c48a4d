import { expect, it, vi } from 'vitest';
import { createBoundedCache } from '../../../../src/federate/rules/bounded-cache.ts';

it('computes once per name while names are few, falsy values included', () => {
  const compute = vi.fn((name: string) => name === 'a');
  const cached = createBoundedCache(10, compute);
  expect([cached('a'), cached('b'), cached('a'), cached('b')]).toEqual([true, false, true, false]);
  expect(compute).toHaveBeenCalledTimes(2);
});

it('keeps what is asked often and forgets the rest when many names come', () => {
  const compute = vi.fn((name: string) => name.length);
  const cached = createBoundedCache(10, compute);
  for (let i = 0; i < 100; i++) {
    cached('often');
    cached(`name ${i}`);
  }
  expect(compute.mock.calls.filter(([name]) => name === 'often')).toHaveLength(1);
  cached('name 0');
  expect(compute.mock.calls.filter(([name]) => name === 'name 0')).toHaveLength(2);
});
