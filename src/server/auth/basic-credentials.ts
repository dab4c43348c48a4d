/** What a client sent to say who it is. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Nobody types more; the hash itself looks at 72 bytes. */
const maxHeaderCharacters = 4096;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The credentials of an `Authorization` header, read as strictly as by Go's `Request.BasicAuth`; undefined for anything
 * else. The first colon ends the user name.
 * @see https://pkg.go.dev/net/http#Request.BasicAuth
 */
export function parseBasicCredentials(header: string): Credentials | undefined {
  if (header.length > maxHeaderCharacters) return undefined;
  const encoded = /^basic ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = decode(Buffer.from(encoded, 'base64'));
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon === -1) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Bytes that are no UTF-8 cannot be the name of a user. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
