import { expect, it } from 'vitest';
import { parseBasicCredentials } from '../../../../src/server/auth/basic-credentials.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

it.each([
  [basic('alice:secret'), 'alice', 'secret'],
  [basic('alice:a:b'), 'alice', 'a:b'],
  [basic('älice:pässwörd'), 'älice', 'pässwörd'],
  [basic(':'), '', ''],
  ['bASIC YTpi', 'a', 'b'],
])('reads %s', (header, user, password) => {
  expect(parseBasicCredentials(header)).toEqual({ user, password });
});

it.each([
  '',
  'Basic',
  'Basic ',
  'Basic  YTpi',
  'Basic YTpi ',
  'BasicYTpi',
  'Bearer YTpi',
  'Basic YTp',
  'Basic YT:i',
  'Basic Y-pi',
  'Basic YTpiYQ',
  'Basic YTpi=',
  'Basic YTpi, Basic YTpi',
  basic('no colon'),
  `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString('base64')}`,
  basic(`a:${'x'.repeat(5000)}`),
])('refuses %s', (header) => {
  expect(parseBasicCredentials(header)).toBeUndefined();
});
