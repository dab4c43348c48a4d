import { RE2JS } from 're2js';

const metaCharacter = /[\\.+*?()[\]{}^$]/;

/** Where Go's words differ from those of re2js. */
const corrections: readonly (readonly [end: string, correct: (message: string, expression: string) => string])[] = [
  ['trailing backslash at end of expression', (message) => `${message}: \`\``],
  ['expression nests too deeply', (message, expression) => `${message}: \`${expression}\``],
  ['expression too large', (message, expression) => `${message}: \`${expression}\``],
  ['invalid named capture: `(?P<`', () => 'error parsing regexp: invalid or unsupported Perl syntax: `(?P`'],
  ['invalid named capture: `(?<`', () => 'error parsing regexp: invalid or unsupported Perl syntax: `(?<`'],
];

/**
 * Whether an expression holds bytes that are not UTF-8 (see `unquoteString`) where Go minds: Prometheus takes an
 * alternation of plain text for what it is, without asking the regular expression parser.
 */
export function hasLooseBytes(expression: string): boolean {
  return !expression.isWellFormed() && metaCharacter.test(expression);
}

/** What Go says against a regular expression that re2js refused or that {@link hasLooseBytes}: `error parsing regexp: …`. */
export function regexpProblem(expression: string): string {
  if (hasLooseBytes(expression)) return `error parsing regexp: invalid UTF-8: \`${expression}\``;
  const message = complaintOf(expression);
  const correction = corrections.find(([end]) => message.endsWith(end));
  return correction === undefined ? message : correction[1](message, expression);
}

function complaintOf(expression: string): string {
  try {
    // Without the flag for `.`, which re2js writes into the text that its messages quote.
    RE2JS.compile(expression);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return 'error parsing regexp';
}
