import { describeToken } from '../lexer/describe-token.ts';
import { createLexer } from '../lexer/lexer.ts';
import type { Token } from '../lexer/token.ts';
import { ParseError, parseErrorAt } from './parse-error.ts';

/** Tokens of a query with a look ahead. What the lexer refuses is an error as soon as it is looked at. */
export class TokenReader {
  readonly text: string;
  readonly #tokens: Token[] = [];
  readonly #lexer;
  #index = 0;
  /** How many argument lists of aggregations are open: what is wrong in one is said to be wrong with the aggregation. */
  openAggregations = 0;

  constructor(text: string) {
    this.text = text;
    this.#lexer = createLexer(text);
  }

  /** The next token, or one behind it; only looked at, so an error token is not complained about yet. */
  peek(ahead = 0): Token {
    while (this.#tokens.length <= this.#index + ahead) {
      const last = this.#tokens.at(-1);
      if (last?.kind === 'end' || last?.kind === 'error') return last;
      this.#tokens.push(this.#lexer.next());
    }
    return this.#tokens[this.#index + ahead]!;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind === 'error') throw this.unexpected(token, '');
    if (token.kind !== 'end') this.#index += 1;
    return token;
  }

  is(text: string): boolean {
    const { kind, text: found } = this.peek();
    return kind !== 'string' && kind !== 'error' && kind !== 'end' && found.toLowerCase() === text;
  }

  /** Consumes the next token if it is this punctuation, operator or word. */
  accept(text: string): Token | undefined {
    return this.is(text) ? this.next() : undefined;
  }

  /** What the lexer refuses comes before what is wrong with the part that was read up to there. */
  refuseError(): void {
    const token = this.peek();
    if (token.kind === 'error') throw this.unexpected(token, '');
  }

  /** End of the token that was consumed last. */
  get end(): number {
    const last = this.#tokens[this.#index - 1];
    return last === undefined ? 0 : last.start + last.text.length;
  }

  /** @throws ParseError `unexpected … in <context>, expected <expected>` for the next token unless it is `text` */
  expect(text: string, context: string, expected: string): Token {
    const token = this.accept(text);
    if (token === undefined) throw this.unexpected(this.peek(), context, expected);
    return token;
  }

  /** What Prometheus says of a token that does not fit; the lexer's own complaint where it is none. */
  unexpected(token: Token, context: string, expected = ''): ParseError {
    if (token.kind === 'error') return parseErrorAt(this.text, token.start, token.text);
    const around = context === '' && this.openAggregations > 0 ? 'aggregation' : context;
    const where = around === '' ? '' : ` in ${around}`;
    const wish = expected === '' ? '' : `, expected ${expected}`;
    return parseErrorAt(this.text, token.start, `unexpected ${describeToken(token)}${where}${wish}`);
  }

  /** An error whose message has its position already. */
  complete(message: string): ParseError {
    return new ParseError(message);
  }

  fail(offset: number, problem: string): ParseError {
    return parseErrorAt(this.text, offset, problem);
  }
}
