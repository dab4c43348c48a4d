import { describe, expect, it } from 'vitest';
import { parseScrapeTimeoutMs, toFederateRequest } from '../../../src/server/federate-query.ts';

const toRequest = (query: string, scrapeTimeout?: string) =>
  toFederateRequest({
    requestTarget: `/federate?${query}`,
    scrapeTimeout,
    escaping: 'dots',
    partialResponse: 'abort',
    tenant: 'a',
  });

describe('toFederateRequest', () => {
  it('has the defaults of the configuration', () => {
    expect(toRequest('match=up')).toEqual({
      match: [],
      partialResponse: 'abort',
      dedup: true,
      escaping: 'dots',
      tenant: 'a',
    });
  });

  it('takes everything the request says', () => {
    expect(toRequest('match[]=b&match[]=a&match[]=b&partial_response=1&dedup=0', '9.5')).toEqual({
      match: ['b', 'a', 'b'],
      partialResponse: 'warn',
      dedup: false,
      escaping: 'dots',
      tenant: 'a',
      timeoutMs: 9500,
    });
  });

  it.each([
    ['true', 'warn'],
    ['1', 'warn'],
    ['T', 'warn'],
    ['warn', 'warn'],
    ['false', 'abort'],
    ['0', 'abort'],
    ['abort', 'abort'],
    ['', 'abort'],
  ])('partial_response=%s is %s', (value, expected) => {
    expect(toRequest(`partial_response=${value}`).partialResponse).toBe(expected);
  });

  it.each([
    ['partial_response=maybe', 'bad value "maybe" of parameter partial_response: want true or false, warn or abort'],
    [
      'partial_response=toString',
      'bad value "toString" of parameter partial_response: want true or false, warn or abort',
    ],
    ['dedup=warn', 'bad value "warn" of parameter dedup: want true or false'],
  ])('refuses %s', (query, message) => {
    expect(() => toRequest(query)).toThrow(expect.objectContaining({ code: 'PG_BAD_REQUEST', message }));
  });
});

describe('parseScrapeTimeoutMs', () => {
  it.each([
    [undefined, undefined],
    ['10', 10_000],
    ['0.25', 250],
    [' 1e1 ', 10_000],
    ['0', undefined],
    ['-1', undefined],
    ['abc', undefined],
    ['', undefined],
    ['Infinity', undefined],
    ['1e999', undefined],
    ['10s', undefined],
  ])('%j is %j', (header, expected) => {
    expect(parseScrapeTimeoutMs(header)).toBe(expected);
  });
});
