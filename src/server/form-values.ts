import { GatewayError } from '../model/errors.ts';

/** Values by key in the order of the query string. */
export type FormValues = ReadonlyMap<string, readonly string[]>;

/**
 * Parses a query string as Go's `url.ParseQuery` does: `&` separates, `;` is an error, `+` is a space, a key without `=`
 * has the value `""`, empty pairs are skipped. The first bad pair fails the whole, in Go's words.
 * @throws GatewayError `PG_BAD_REQUEST`
 * @see https://pkg.go.dev/net/url#ParseQuery
 */
export function parseFormValues(query: string): FormValues {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    if (pair.includes(';')) throw badForm('invalid semicolon separator in query');
    const cut = pair.indexOf('=');
    const key = unescapeQuery(cut === -1 ? pair : pair.slice(0, cut));
    const value = cut === -1 ? '' : unescapeQuery(pair.slice(cut + 1));
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return values;
}

/** The query string of a request target, `""` where it has none. */
export function queryOf(requestTarget: string): string {
  const start = requestTarget.indexOf('?');
  return start === -1 ? '' : requestTarget.slice(start + 1);
}

function unescapeQuery(text: string): string {
  if (/^[\x20-\x24\x26-\x2a\x2c-\x7e]*$/.test(text)) return text;
  const bad = /%(?![0-9a-fA-F]{2})/.exec(text);
  if (bad !== null) throw badForm(`invalid URL escape ${JSON.stringify(text.slice(bad.index, bad.index + 3))}`);
  try {
    return utf8.decode(toBytes(text));
  } catch (error) {
    throw badForm(`invalid UTF-8 in ${JSON.stringify(text.slice(0, 100))}`, error);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Node hands over the request target with one character a byte. */
function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '%') {
      bytes[length++] = 16 * hexDigit(text.charCodeAt(i + 1)) + hexDigit(text.charCodeAt(i + 2));
      i += 2;
    } else {
      bytes[length++] = character === '+' ? 0x20 : character.charCodeAt(0);
    }
  }
  return bytes.subarray(0, length);
}

/** Of what is one. */
function hexDigit(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
}

function badForm(reason: string, cause?: unknown): GatewayError {
  return new GatewayError('PG_BAD_REQUEST', `error parsing form values: ${reason}`, { cause });
}
