export type ContentEncoding = 'gzip' | 'deflate' | 'zstd' | 'identity';

/** Of encodings that the client likes equally the first is used. */
const preference: readonly ContentEncoding[] = ['gzip', 'zstd', 'deflate', 'identity'];
const qualityValue = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * The content encoding for an `Accept-Encoding` header: what the client ranks highest, of equals gzip, zstd, deflate,
 * none; `deflate` is the zlib format. Unlike Prometheus, which ignores a token with a `q`, weights count; a malformed one
 * is as good as 0. Where nothing is acceptable the answer goes out uncompressed rather than not at all. An answer that
 * depends on this must say `Vary: Accept-Encoding`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding
 */
export function negotiateEncoding(acceptEncoding: string | undefined): ContentEncoding {
  const qualities = parseQualities(acceptEncoding ?? '');
  let best: ContentEncoding = 'identity';
  let bestQuality = 0;
  for (const encoding of preference) {
    const quality = qualities.get(encoding) ?? (encoding === 'identity' ? 0 : (qualities.get('*') ?? 0));
    if (quality <= bestQuality) continue;
    best = encoding;
    bestQuality = quality;
  }
  return best;
}

function parseQualities(header: string): ReadonlyMap<string, number> {
  const qualities = new Map<string, number>();
  for (const element of header.split(',')) {
    const [coding = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const name = coding === 'x-gzip' ? 'gzip' : coding;
    if (name !== '') qualities.set(name, weight === undefined ? 1 : toQuality(weight));
  }
  return qualities;
}

function toQuality(parameter: string): number {
  const value = parameter.slice(parameter.indexOf('=') + 1).trim();
  return qualityValue.test(value) ? Number(value) : 0;
}
