import { expect, it } from 'vitest';
import { nearestKey } from '../../../src/config/nearest-key.ts';

const known = ['name', 'labels', 'scrape_timeout', 'scheme', 'static_configs'];

it.each([
  ['scrape_timout', 'scrape_timeout'],
  ['scrapeTimeout', 'scrape_timeout'],
  ['scrape-timeout', 'scrape_timeout'],
  ['SCHEME', 'scheme'],
  ['nmae', 'name'],
  ['lables', 'labels'],
  ['label', 'labels'],
  ['static_config', 'static_configs'],
])('%s was meant to be %s', (key, nearest) => {
  expect(nearestKey(key, known)).toBe(nearest);
});

it.each(['targets', 'x', '', 'honor_labels'])('nothing is near %j', (key) => {
  expect(nearestKey(key, known)).toBeUndefined();
});

it('nothing is near a key of a megabyte', () => {
  expect(nearestKey('a'.repeat(1_000_000), known)).toBeUndefined();
});
