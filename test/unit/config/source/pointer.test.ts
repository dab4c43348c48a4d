import { expect, it } from 'vitest';
import { childPointer, displayPath, parentPointer, pointerKeys } from '../../../../src/config/source/pointer.ts';

it.each([
  ['', 'shards', '/shards'],
  ['/shards', 3, '/shards/3'],
  ['/labels', 'a/b~c', '/labels/a~1b~0c'],
])('adds to %j the key %j', (parent, key, pointer) => {
  expect(childPointer(parent, key)).toBe(pointer);
  expect(pointerKeys(pointer).at(-1)).toBe(String(key));
  expect(parentPointer(pointer)).toBe(parent);
});

it('is its own parent at the top', () => {
  expect(parentPointer('')).toBe('');
});

it.each([
  ['', ''],
  ['/global', 'global'],
  ['/shards/0/static_configs/1/targets/2', 'shards[0].static_configs[1].targets[2]'],
  ['/global/external_labels/a.b', 'global.external_labels["a.b"]'],
  ['/a~1b/c', '["a/b"].c'],
])('shows %j as %j', (pointer, path) => {
  expect(displayPath(pointer)).toBe(path);
});
