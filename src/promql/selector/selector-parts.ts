import type { MatchOperator } from '../../model/matcher.ts';

/** A part of the source text with its place (UTF-16 units). */
export interface Span {
  readonly start: number;
  readonly text: string;
}

/** A metric name: a bare word before the braces, or a quoted string inside them. */
interface NamePart {
  readonly kind: 'name';
  readonly name: Span;
}

/** `name operator value`; the name is a bare word or a quoted string, the value always a quoted string. */
interface MatcherPart {
  readonly kind: 'matcher';
  readonly name: Span;
  readonly operator: MatchOperator;
  readonly value: Span;
}

/** What a selector is made of, as written: nothing is unquoted or compiled yet. */
export type SelectorPart = NamePart | MatcherPart;
