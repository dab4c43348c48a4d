import { expect, it } from 'vitest';
import { createAddressSet } from '../../../src/model/address-set.ts';

it.each<[string, string | undefined, boolean]>([
  ['10.0.0.0/8', '10.200.3.4', true],
  ['10.0.0.0/8', '::ffff:10.200.3.4', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.1', '10.0.0.1', true],
  ['10.0.0.1', '10.0.0.2', false],
  ['0.0.0.0/0', '8.8.8.8', true],
  ['0.0.0.0/0', '::1', false],
  ['fd00::/16', 'fd00::1%eth0', true],
  ['fd00::/16', 'fd01::1', false],
  ['::1', '::1', true],
  ['10.0.0.0/8', undefined, false],
  ['10.0.0.0/8', 'nonsense', false],
])('%s has %s: %s', (range, address, expected) => {
  expect(createAddressSet([range])?.has(address)).toBe(expected);
});

it.each(['', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0/8', '::1/129', 'host'])(
  '%j is no address',
  (text) => {
    expect(createAddressSet(['10.0.0.1', text])).toBeUndefined();
  },
);
