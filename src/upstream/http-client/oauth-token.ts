import type { OAuth2Config } from '../../config/http-client-config.ts';
import { GatewayError } from '../../model/errors.ts';
import type { ReadLimits } from '../upstream-target.ts';
import type { FileReader } from './file-reader.ts';
import type { RequestToken } from './request-token.ts';
import { readSecret } from './secret-value.ts';
import { withinLimits } from './within-limits.ts';

export interface TokenSource {
  /**
   * A token that is valid as far as it says of itself.
   * @throws GatewayError `PG_UPSTREAM_SECRET`; `PG_UPSTREAM_TOKEN` where there is none, or none in time
   */
  token(limits: ReadLimits): Promise<string>;
  /** The replica did not accept this one: the next read fetches another. */
  forget(token: string): void;
}

export interface TokenSourceDeps {
  readonly files: FileReader;
  readonly request: RequestToken;
  /** Unix ms. */
  readonly now: () => number;
}

interface Kept {
  readonly secret: string;
  readonly token: Promise<{ readonly value: string; readonly renewAtMs: number }>;
}

/** A token is renewed this long before it expires; one that is short-lived, after half its life. */
const marginMs = 10_000;

/** Tokens of one client, kept until they expire or the secret changes; fetched once for all reads that wait for one. */
export function createTokenSource(config: OAuth2Config, { files, request, now }: TokenSourceDeps): TokenSource {
  let kept: Kept | undefined;
  const fetch = (secret: string): Kept['token'] => {
    const token = request(secret).then(({ value, expiresInMs }) => ({
      value,
      renewAtMs: now() + expiresInMs - Math.min(marginMs, expiresInMs / 2),
    }));
    const fetched: Kept = { secret, token };
    kept = fetched;
    // What failed is tried again by the next read.
    token.catch(() => void (kept === fetched && (kept = undefined)));
    return token;
  };
  const current = async (): Promise<string> => {
    const { clientSecret: value, clientSecretFile: file } = config;
    const secret = await readSecret(files, { value, file, role: 'oauth2.client_secret_file' });
    const before = kept?.secret === secret ? kept : undefined;
    const found = await (before?.token ?? fetch(secret));
    if (before === undefined || found.renewAtMs > now()) return found.value;
    // Another read may have begun to fetch meanwhile.
    if (kept === undefined || kept === before) return (await fetch(secret)).value;
    return (await kept.token).value;
  };
  return {
    token: (limits) => withinLimits(current(), limits, { now, late: () => tooLate(config.tokenUrl) }),
    forget(token) {
      const doubtful = kept;
      void doubtful?.token.then(
        ({ value }) => {
          if (value === token && kept === doubtful) kept = undefined;
        },
        () => {},
      );
    },
  };
}

function tooLate(tokenUrl: string): GatewayError {
  const { origin, pathname } = new URL(tokenUrl);
  return new GatewayError('PG_UPSTREAM_TOKEN', `oauth2: no token from ${origin}${pathname} in time`);
}
