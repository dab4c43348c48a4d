import { InvalidArgumentError } from 'commander';

/**
 * A URL without a slash at its end.
 * @throws InvalidArgumentError
 */
export function parseExternalUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new InvalidArgumentError('want an http or https URL');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError('want a URL without user, query and fragment');
  }
  return url.origin + parseRoutePrefix(url.pathname);
}

/**
 * `/a/b` for any of `a/b`, `/a/b/` and `//a//b`; empty for `/`. Characters that clients may write in more than one way are
 * refused: what is served would depend on the way.
 * @throws InvalidArgumentError
 */
export function parseRoutePrefix(text: string): string {
  const segments = text.split('/').filter((segment) => segment !== '');
  if (segments.some((segment) => !/^[\w.~-]+$/.test(segment) || /^\.\.?$/.test(segment))) {
    throw new InvalidArgumentError('want a path of letters, digits and "-._~", such as /promgate');
  }
  return segments.map((segment) => `/${segment}`).join('');
}

/** The path of what {@link parseExternalUrl} gave. */
export function pathOfUrl(url: string | undefined): string {
  return url === undefined ? '' : new URL(url).pathname.replace(/^\/$/, '');
}
