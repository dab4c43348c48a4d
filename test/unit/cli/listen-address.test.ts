import { describe, expect, it } from 'vitest';
import { parseListenAddress } from '../../../src/cli/listen-address.ts';

describe('parseListenAddress', () => {
  it.each([
    ['127.0.0.1:9490', { host: '127.0.0.1', port: 9490 }],
    [':9490', { host: '', port: 9490 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
    ['[::1]:9490', { host: '::1', port: 9490 }],
    ['[::]:9490', { host: '::', port: 9490 }],
    ['gateway.example.com:80', { host: 'gateway.example.com', port: 80 }],
  ])('%s', (text, expected) => {
    expect(parseListenAddress(text)).toEqual(expected);
  });

  it.each(['', '9490', 'host', 'host:', 'host:http', 'host:65536', '::1:9490', 'http://host:1', '[::1]', 'a b:1'])(
    'refuses %j',
    (text) => {
      expect(() => parseListenAddress(text)).toThrow(expect.objectContaining({ code: 'PG_USAGE' }));
    },
  );
});
