import { RE2JS, RE2JSException } from 're2js';

const metaCharacter = /[\\.+*?()[\]{}^$]/;
const looseByte = /[\ud800-\udfff]/u;
/** Where Go's words differ from those of re2js. */
const corrections: readonly (readonly [end: string, correct: (message: string, expression: string) => string])[] = [
  ['trailing backslash at end of expression', (message) => `${message}: \`\``],
  ['expression nests too deeply', (message, expression) => `${message}: \`${expression}\``],
  ['expression too large', (message, expression) => `${message}: \`${expression}\``],
  ['invalid named capture: `(?P<`', () => 'error parsing regexp: invalid or unsupported Perl syntax: `(?P`'],
  ['invalid named capture: `(?<`', () => 'error parsing regexp: invalid or unsupported Perl syntax: `(?<`'],
];

/** What Go says against a regular expression (`error parsing regexp: …`); `undefined` where there is nothing to say. */
export function regexpProblem(expression: string): string | undefined {
  // Prometheus takes alternations of plain text for what they are, without asking the regular expression parser.
  if (!metaCharacter.test(expression)) return undefined;
  if (looseByte.test(expression)) return `error parsing regexp: invalid UTF-8: \`${expression}\``;
  try {
    // Without the flag for `.`, which re2js writes into the text that its messages quote.
    RE2JS.compile(expression);
    return undefined;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const { message } = error;
    const correction = corrections.find(([end]) => message.endsWith(end));
    return correction === undefined ? message : correction[1](message, expression);
  }
}
