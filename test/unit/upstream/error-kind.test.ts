import { describe, expect, it } from 'vitest';

import { errorCodes, type ErrorCode } from '../../../src/model/errors.ts';
import { upstreamErrorKind } from '../../../src/upstream/error-kind.ts';

describe('the kind of an upstream error', () => {
  it.each([
    ['PG_UPSTREAM_CONNECT', 'connect'],
    ['PG_UPSTREAM_CONTENT_TYPE', 'content_type'],
    ['PG_UPSTREAM_SLOW', 'slow'],
    ['PG_CLIENT_GONE', 'closed'],
    ['PG_PARSE_INVALID', 'parse'],
    ['PG_LIMIT_LINE', 'limit'],
    ['PG_CONFIG_INVALID', 'internal'],
  ] as const)('%s is %s', (code, kind) => {
    expect(upstreamErrorKind(code)).toBe(kind);
  });

  it('is known for each code of upstream reads', () => {
    const codes = (Object.keys(errorCodes) as ErrorCode[]).filter((code) => code.startsWith('PG_UPSTREAM_'));
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => upstreamErrorKind(code) === 'internal')).toEqual([]);
  });
});
