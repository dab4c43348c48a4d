import { expect, it } from 'vitest';
import { createUsualBytes } from '../../../src/topology/usual-bytes.ts';

it('knows the last answer to the same request', () => {
  const usual = createUsualBytes();
  usual.observe('up', 100, 0);
  usual.observe('up', 200, 1);
  expect([usual.view('up', 2), usual.view('down', 2)]).toEqual([200, Infinity]);
});

it('lets one request in five minutes see for itself, while answers are not whole', () => {
  const usual = createUsualBytes();
  usual.observe('up', 100, 0);
  const views = [300_000, 300_001, 300_002, 600_001, 600_002, 600_003].map((nowMs) => usual.view('up', nowMs));
  expect(views).toEqual([100, Infinity, 100, 100, Infinity, 100]);
});

it('forgets what was not asked for lately, and never learns what is too long to keep', () => {
  const usual = createUsualBytes();
  const long = 'x'.repeat(70_000);
  usual.observe(long, 1, 0);
  for (let i = 0; i < 20_000; i++) usual.observe(`selection ${i}`, i, 0);
  expect([usual.view(long, 0), usual.view('selection 0', 0), usual.view('selection 19999', 0)]).toEqual([
    Infinity,
    Infinity,
    19_999,
  ]);
});
