import { describe, expect, it } from 'vitest';
import { isExemptFromProxy } from '../../../../src/upstream/http-client/no-proxy.ts';
import { proxyFor } from '../../../../src/upstream/http-client/proxy-for.ts';

describe('no_proxy', () => {
  it.each([
    ['', 'prom.example', false],
    ['*', 'prom.example', true],
    ['prom.example', 'prom.example', true],
    ['PROM.example', 'prom.Example', true],
    ['example', 'prom.example', true],
    ['xample', 'prom.example', false],
    ['.prom.example', 'prom.example', false],
    ['.example', 'prom.example', true],
    ['*.example', 'prom.example', true],
    ['prom.example:9090', 'prom.example', true],
    ['prom.example:9091', 'prom.example', false],
    [' a , prom.example ', 'prom.example', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/8', 'prom.example', false],
    ['10.0.0.0/99', '10.0.0.1', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3:9090', '10.1.2.3', true],
    ['10.1.2.3:1', '10.1.2.3', false],
    ['2.3', '10.1.2.3', false],
    ['fd00::/8', 'fd00::1', true],
    ['fd00::1', 'fd00::1', true],
    ['[fd00::1]:9090', 'fd00::1', true],
    ['[fd00::1]:1', 'fd00::1', false],
    ['', 'localhost', true],
    ['', '127.3.2.1', true],
    ['', '::1', true],
  ])('%j for %s: %s', (list, host, exempt) => {
    expect(isExemptFromProxy(list, host, '9090')).toBe(exempt);
  });
});

describe('the proxy', () => {
  const env = { HTTP_PROXY: 'http://a:1', https_proxy: 'b:2', NO_PROXY: 'direct.example' };
  it.each([
    ['http://p:9090', {}, undefined],
    ['http://p:9090', { proxyUrl: 'http://x:1' }, { origin: 'http://x:1' }],
    ['http://127.0.0.1:1', { proxyUrl: 'http://x:1' }, { origin: 'http://x:1' }],
    ['http://127.0.0.1:1', { proxyUrl: 'http://x:1', noProxy: 'y' }, undefined],
    ['https://p', { proxyUrl: 'http://x:1', noProxy: 'p:443' }, undefined],
    ['http://p', { proxyUrl: 'http://x:1', noProxy: 'p:443' }, { origin: 'http://x:1' }],
    ['http://[fd00::1]:9090', { proxyUrl: 'http://x:1', noProxy: 'fd00::/8' }, undefined],
    ['http://p:9090', { proxyFromEnvironment: true }, { origin: 'http://a:1' }],
    ['https://p:9090', { proxyFromEnvironment: true }, { origin: 'http://b:2' }],
    ['http://direct.example:1', { proxyFromEnvironment: true }, undefined],
    ['http://p', { proxyUrl: 'http://u@x:1' }, { origin: 'http://x:1', authorization: `Basic ${btoa('u:')}` }],
  ])('to %s with %j is %j', (origin, config, proxy) => {
    expect(proxyFor(origin, config, env)).toEqual(proxy);
  });

  it('is none where the environment names none that we speak', () => {
    for (const HTTP_PROXY of ['', 'socks5://x:1', 'http://']) {
      expect(proxyFor('http://p:1', { proxyFromEnvironment: true }, { HTTP_PROXY })).toBeUndefined();
    }
  });
});
