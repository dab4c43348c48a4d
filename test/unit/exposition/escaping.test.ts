import { expect, it } from 'vitest';
import { escapeName, isLegacyName } from '../../../src/exposition/escaping.ts';

it.each([
  ['up', true],
  ['a:b', true],
  ['_x', true],
  [':', true],
  ['A9', true],
  ['9a', false],
  ['a.b', false],
  ['a-b', false],
  ['', false],
  ['é', false],
  ['up\n', false],
])('isLegacyName(%j) is %s', (name, expected) => {
  expect(isLegacyName(name)).toBe(expected);
});

// What Prometheus 3.5 writes on /federate for series of these names.
it.each([
  ['my.metric', 'my_metric', 'my_dot_metric', 'U__my_2e_metric'],
  ['up', 'up', 'up', 'up'],
  ['a_b:c', 'a_b:c', 'a_b:c', 'a_b:c'],
  ['__x.y', '__x_y', '____x_dot_y', 'U______x_2e_y'],
  ['1abc', '_abc', '__abc', 'U___31_abc'],
  ['a-b', 'a_b', 'a__b', 'U__a_2d_b'],
  ['a b', 'a_b', 'a__b', 'U__a_20_b'],
  ['é', '_', '__', 'U___e9_'],
  ['😀z', '_z', '__z', 'U___1f600_z'],
  ['..', '__', '_dot__dot_', 'U___2e__2e_'],
  ['x.1', 'x_1', 'x_dot_1', 'U__x_2e_1'],
  ['', '', '', ''],
])('escapes %j', (name, underscores, dots, values) => {
  expect(escapeName(name, 'allow-utf-8')).toBe(name);
  expect(escapeName(name, 'underscores')).toBe(underscores);
  expect(escapeName(name, 'dots')).toBe(dots);
  expect(escapeName(name, 'values')).toBe(values);
});

it('writes half a surrogate pair as the replacement character', () => {
  expect(escapeName('a\ud800', 'values')).toBe('U__a_FFFD_');
});
