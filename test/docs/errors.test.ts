import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorCodes } from '../../src/model/errors.ts';

it('docs/errors.md lists every code with its status and whether to ask again, and no other', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(PG_\w+)` \| (\d+) \| (yes|no) \| ([^|]+) \|$/gm)];
  const documented = rows.map((row) => [row[1], { status: Number(row[2]), canRetry: row[3] === 'yes' }]);
  expect(rows.length).toBeGreaterThan(10);
  expect(documented.map(([code]) => code)).toEqual(Object.keys(errorCodes));
  expect(Object.fromEntries(documented)).toEqual(errorCodes);
});
