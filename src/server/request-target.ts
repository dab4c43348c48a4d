/** `http://host/path`, which RFC 9112 wants servers to take, is what follows the host. */
const absoluteForm = /^https?:\/\/[^/?#]*/i;

/**
 * A request target in the one form that routes are looked up by: without scheme and host, unreserved characters of the
 * path not percent-encoded. Everything else is left as it is: no slash is decoded and no `..` resolved, so that a path means
 * the same to whoever looks at it.
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2.2
 */
export function normalizeTarget(target: string): string {
  const origin = target.replace(absoluteForm, '');
  const start = origin === '' || origin.startsWith('?') ? `/${origin}` : origin;
  const end = start.indexOf('?');
  const path = end === -1 ? start : start.slice(0, end);
  return path.replace(/%[2-7][0-9a-f]/gi, decodeUnreserved) + (end === -1 ? '' : start.slice(end));
}

function decodeUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded;
}
