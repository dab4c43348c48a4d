/**
 * How names that Prometheus before 3.0 could not carry are written for a client: as they are (`allow-utf-8`), or
 * escaped. The values are those of the `escaping` parameter in `Accept` and `Content-Type`.
 * @see https://prometheus.io/docs/instrumenting/escaping_schemes/
 */
export type EscapingScheme = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

const legacyName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * Whether a metric or label name needs neither quotes nor escaping in the text format. Prometheus uses the metric name's
 * test for label names too when it writes, so `a:b` counts as legacy in both places.
 */
export function isLegacyName(name: string): boolean {
  return legacyName.test(name);
}

/**
 * The form of a metric or label name under `scheme`. Legacy names are returned unchanged under every scheme; under
 * `allow-utf-8` all are (the caller quotes those that are not legacy). Two names may share one escaped form.
 */
export function escapeName(name: string, scheme: EscapingScheme): string {
  if (scheme === 'allow-utf-8' || name === '' || isLegacyName(name)) return name;
  const escape = escapers[scheme];
  let escaped = scheme === 'values' ? 'U__' : '';
  let first = true;
  for (const character of name) {
    escaped += escape(character, isLegacyCharacter(character, first));
    first = false;
  }
  return escaped;
}

type CharacterEscaper = (character: string, legacy: boolean) => string;

const escapers: Readonly<Record<Exclude<EscapingScheme, 'allow-utf-8'>, CharacterEscaper>> = {
  underscores: (character, legacy) => (legacy ? character : '_'),
  dots(character, legacy) {
    if (character === '_') return '__';
    if (character === '.') return '_dot_';
    return legacy ? character : '__';
  },
  values(character, legacy) {
    if (character === '_') return '__';
    if (legacy) return character;
    const codePoint = character.codePointAt(0)!;
    const isLoneSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    return isLoneSurrogate ? '_FFFD_' : `_${codePoint.toString(16)}_`;
  },
};

function isLegacyCharacter(character: string, first: boolean): boolean {
  return first ? /^[a-zA-Z_:]$/.test(character) : /^[a-zA-Z0-9_:]$/.test(character);
}
