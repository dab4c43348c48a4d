import { expect, it } from 'vitest';
import { serverUrl } from '../../../src/server/listen-address.ts';

it.each([
  ['127.0.0.1', 'http://127.0.0.1:9490'],
  ['', 'http://localhost:9490'],
  ['0.0.0.0', 'http://localhost:9490'],
  ['::', 'http://localhost:9490'],
  ['::1', 'http://[::1]:9490'],
  ['gateway.example.com', 'http://gateway.example.com:9490'],
])('%j is reached at %s', (host, url) => {
  expect(serverUrl('https', { host, port: 9490 })).toBe(url.replace('http:', 'https:'));
  expect(serverUrl('http', { host, port: 9490 })).toBe(url);
});
