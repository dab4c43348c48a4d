import { expect, it } from 'vitest';
import { createHeldVersions } from '../../../src/workers/held-versions.ts';
import { shareJson } from '../../../src/workers/shared-json.ts';

function setUp() {
  const made: unknown[] = [];
  const kept: unknown[][] = [];
  const versions = createHeldVersions(
    (value) => {
      made.push(value);
      return value;
    },
    (all) => kept.push([...all]),
  );
  const use = (version: number): void => versions.take(shareJson(version, `v${version}`)).release();
  return { made, kept, versions, use };
}

it('reads a version once, and keeps the newest two', () => {
  const { made, kept, use } = setUp();
  for (const version of [1, 2, 1, 2, 2, 3, 2, 3]) use(version);
  expect(made).toEqual(['v1', 'v2', 'v3']);
  expect(kept).toEqual([['v1'], ['v1', 'v2'], ['v2', 'v3']]);
});

it('keeps an older version as long as a task uses it', () => {
  const { kept, versions, use } = setUp();
  const first = versions.take(shareJson(1, 'v1'));
  for (const version of [2, 3, 4]) use(version);
  expect(first.made).toBe('v1');
  expect(kept.at(-1)).toEqual(['v1', 'v3', 'v4']);
  first.release();
  expect(kept.at(-1)).toEqual(['v3', 'v4']);
});

it('reads an old version again for a task that comes late, and lets it go after it', () => {
  const { made, kept, use } = setUp();
  for (const version of [1, 2, 3, 1]) use(version);
  expect(made).toEqual(['v1', 'v2', 'v3', 'v1']);
  expect(kept.at(-1)).toEqual(['v2', 'v3']);
});
