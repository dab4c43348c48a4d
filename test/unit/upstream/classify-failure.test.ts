import { describe, expect, it } from 'vitest';

import { GatewayError } from '../../../src/model/errors.ts';
import { classifyFailure } from '../../../src/upstream/classify-failure.ts';

const failure = (code: string, message = 'why'): Error => Object.assign(new Error(message), { code });
const before = { replica: 'p:1', answered: false, wireBytes: 0 };
const through = { ...before, proxy: 'http://p:3128' };
const during = { replica: 'p:1', answered: true, wireBytes: 12 };

describe('a transport failure', () => {
  it.each([
    ['ECONNREFUSED', before, 'PG_UPSTREAM_CONNECT', 'replica p:1: connection could not be made: why'],
    ['EHOSTUNREACH', before, 'PG_UPSTREAM_CONNECT', 'replica p:1: connection could not be made: why'],
    ['UND_ERR_CONNECT_TIMEOUT', before, 'PG_UPSTREAM_CONNECT', 'replica p:1: connection could not be made: why'],
    [
      'CERT_HAS_EXPIRED',
      before,
      'PG_UPSTREAM_TLS',
      'replica p:1: no TLS connection: why: its certificate has expired: renew it on the server',
    ],
    ['ERR_SSL_NEW_ONE', before, 'PG_UPSTREAM_TLS', 'replica p:1: no TLS connection: why'],
    ['ECONNREFUSED', through, 'PG_UPSTREAM_PROXY', 'replica p:1: no connection through proxy http://p:3128: why'],
    ['ECONNRESET', through, 'PG_UPSTREAM_RESET', 'replica p:1: connection lost before the response: why'],
    ['UND_ERR_PRX_CONN', through, 'PG_UPSTREAM_PROXY', 'replica p:1: no connection through proxy http://p:3128: why'],
    ['ENOTFOUND', before, 'PG_UPSTREAM_DNS', 'replica p:1: host name could not be resolved: why'],
    ['EAI_AGAIN', before, 'PG_UPSTREAM_DNS', 'replica p:1: host name could not be resolved: why'],
    ['ECONNRESET', before, 'PG_UPSTREAM_RESET', 'replica p:1: connection lost before the response: why'],
    ['ECONNRESET', during, 'PG_UPSTREAM_RESET', 'replica p:1: connection lost after 12 bytes of the body: why'],
    ['ETIMEDOUT', before, 'PG_UPSTREAM_CONNECT', 'replica p:1: connection could not be made: why'],
    ['ETIMEDOUT', during, 'PG_UPSTREAM_RESET', 'replica p:1: connection lost after 12 bytes of the body: why'],
    ['UND_ERR_SOCKET', during, 'PG_UPSTREAM_RESET', 'replica p:1: connection lost after 12 bytes of the body: why'],
    ['Z_DATA_ERROR', during, 'PG_UPSTREAM_ENCODING', 'replica p:1: response cannot be decoded: why'],
    ['ZSTD_error_corruption_detected', during, 'PG_UPSTREAM_ENCODING', 'replica p:1: response cannot be decoded: why'],
    ['UND_ERR_HEADERS_OVERFLOW', before, 'PG_UPSTREAM_ENCODING', 'replica p:1: response cannot be decoded: why'],
    ['UND_ERR_DESTROYED', before, 'PG_UPSTREAM_CLOSED', 'replica p:1: read closed by the gateway: why'],
    ['UND_ERR_INVALID_ARG', before, 'PG_INTERNAL', 'replica p:1: why'],
  ])('%s %o is %s', (cause, progress, code, message) => {
    const error = failure(cause);
    expect(classifyFailure(error, progress)).toMatchObject({
      code,
      message,
      cause: error,
      details: { replica: 'p:1' },
    });
  });

  it.each([
    ['(Invalid EOF state)', 'PG_UPSTREAM_RESET'],
    ['(Invalid character in chunk size)', 'PG_UPSTREAM_ENCODING'],
  ])('of the HTTP parser %s is %s', (reason, code) => {
    const error = Object.assign(new Error(`Response does not match the HTTP/1.1 protocol ${reason}`), {
      name: 'HTTPParserError',
      code: undefined,
    });
    expect(classifyFailure(error, during).code).toBe(code);
  });

  it.each([
    ['UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling'],
    ['UND_ERR_INVALID_ARG', 'Proxy Authentication Required (407)'],
  ])('%s %s is of the proxy, where there is one', (code, message) => {
    expect(classifyFailure(failure(code, message), through).code).toBe('PG_UPSTREAM_PROXY');
    expect(classifyFailure(failure(code, message), before).code).not.toBe('PG_UPSTREAM_PROXY');
  });

  it('of several connection attempts names each', () => {
    const attempts = [failure('ECONNREFUSED', 'refused ::1'), failure('ECONNREFUSED', 'refused 127.0.0.1')];
    const error = Object.assign(new AggregateError(attempts), { code: 'ECONNREFUSED' });
    expect(classifyFailure(error, before).message).toContain(': refused ::1, refused 127.0.0.1');
  });

  it('of our own stays as it is', () => {
    const error = new GatewayError('PG_UPSTREAM_SLOW', 'slow');
    expect(classifyFailure(error, during)).toBe(error);
  });

  it.each([['text'], [undefined], [new TypeError('bug')]])('%s is internal', (error) => {
    expect(classifyFailure(error, during).code).toBe('PG_INTERNAL');
  });
});
