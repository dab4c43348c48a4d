/**
 * What a token is. `word` kinds follow Prometheus 3.5: `aggregator` (`sum`), `keyword` (`offset`), `preprocessor`
 * (`start`), and operators spelled as words (`and`) are `operator`. Inside braces every word is an `identifier`.
 * `colon` is what parts range and step in brackets; `metric-identifier` is a word with a colon. `inf` and `nan` are numbers.
 */
export type TokenKind =
  | 'end'
  | 'error'
  | 'identifier'
  | 'metric-identifier'
  | 'string'
  | 'number'
  | 'duration'
  | 'aggregator'
  | 'keyword'
  | 'preprocessor'
  | 'operator'
  | 'colon'
  | 'punctuation';

export interface Token {
  readonly kind: TokenKind;
  /** Offset in UTF-16 units; for an `error` where Prometheus says that the error is. */
  readonly start: number;
  /** The source text; for an `error` the message. */
  readonly text: string;
}
