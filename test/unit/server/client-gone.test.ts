import { expect, it } from 'vitest';
import { GatewayError } from '../../../src/model/errors.ts';
import { orClientGone } from '../../../src/server/client-gone.ts';

const failure = (code: string): Error => Object.assign(new Error(`write ${code}`), { code });

it.each(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'])(
  '%s: the client has left',
  (code) => {
    expect(orClientGone(failure(code))).toMatchObject({ code: 'PG_CLIENT_GONE', cause: { code } });
  },
);

it.each([failure('ENOMEM'), new TypeError('a bug'), new GatewayError('PG_LIMIT_SERIES', 'too many'), 'text'])(
  'leaves %s as it is',
  (error) => expect(orClientGone(error)).toBe(error),
);
