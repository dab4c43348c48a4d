import { RE2JS } from 're2js';

/** A set of metric names: `literal` alone, or all that match the anchored RE2 text `pattern`. */
export interface NamePattern {
  readonly pattern: string;
  readonly literal: string | undefined;
}

/** A PromQL selector of the names of a set. */
export function toNameSelector({ pattern, literal }: NamePattern): string {
  // JSON's escapes are all escapes of PromQL's double-quoted strings too.
  return literal === undefined ? `{__name__=~${JSON.stringify(pattern)}}` : `{__name__=${JSON.stringify(literal)}}`;
}

export function coversName({ pattern, literal }: NamePattern): (name: string) => boolean {
  if (literal !== undefined) return (name) => name === literal;
  const regex = RE2JS.compile(pattern, RE2JS.DOTALL);
  return (name) => regex.matches(name);
}
