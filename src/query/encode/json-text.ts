// oxlint-disable-next-line no-control-regex -- control characters are what has to be found
const toEscape = /["\\\u0000-\u001f]/;
// oxlint-disable-next-line no-control-regex -- control characters are what has to be found
const allToEscape = /["\\\u0000-\u001f]/g;
const toEscapeInHtml = /[<>&\u2028\u2029]/g;
const short: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

/** A JSON string as Prometheus writes label names and values: `<`, `>` and `&` stay. */
export function jsonText(text: string): string {
  if (!toEscape.test(text)) return `"${text}"`;
  return `"${text.replace(allToEscape, (character) => short[character] ?? unicodeEscape(character))}"`;
}

/** A JSON string as Prometheus writes errors, warnings and string results: safe to be put into HTML. */
export function jsonHtmlText(text: string): string {
  return jsonText(text).replace(toEscapeInHtml, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0');
}
