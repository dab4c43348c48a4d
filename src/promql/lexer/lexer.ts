import { isAlpha, isAlphaNumeric, isDigit, isSpace } from './character.ts';
import { accept, acceptWhile, type Cursor, END, next, peek } from './cursor.ts';
import { goQuote, goQuoteCharacter } from './go-quote.ts';
import { wordKind } from './keywords.ts';
import { scanNumberOrDuration } from './scan-number.ts';
import { scanString } from './scan-string.ts';
import type { Token, TokenKind } from './token.ts';

export interface Lexer {
  /** The next token, comments and white space skipped; after `end` or an `error` there is none to ask for. */
  next(): Token;
}

/**
 * Cuts PromQL into tokens as Prometheus 3.5 does; its `error` tokens carry Prometheus' own words and position. Ranges in
 * brackets have rules of their own that are not built: nothing that a selector may hold stands behind a bracket.
 * Linear in the text.
 */
export function createLexer(text: string): Lexer {
  const cursor: Cursor = { text, position: 0 };
  let insideBraces = false;
  return {
    next() {
      skipBlanks(cursor);
      const token = insideBraces ? scanInsideBraces(cursor) : scanStatement(cursor);
      if (token.kind === 'punctuation') insideBraces = token.text === '{' || (insideBraces && token.text !== '}');
      return token;
    },
  };
}

function skipBlanks(cursor: Cursor): void {
  for (;;) {
    acceptWhile(cursor, isSpace);
    if (peek(cursor) !== 0x23) return;
    acceptWhile(cursor, (character) => character !== 0x0a && character !== 0x0d && character !== END);
  }
}

function scanInsideBraces(cursor: Cursor): Token {
  const start = cursor.position;
  const character = next(cursor);
  if (character === END) return error(start, 'unexpected end of input inside braces');
  if (isAlpha(character)) {
    acceptWhile(cursor, isAlphaNumeric);
    return token(cursor, start, 'identifier');
  }
  const letter = String.fromCodePoint(character);
  if (isQuote(letter)) return string(cursor, start, letter);
  if (letter === ',' || letter === '}') return token(cursor, start, 'punctuation');
  if (letter === '=') return token(cursor, start, accept(cursor, '~') ? 'operator' : 'punctuation');
  if (letter === '!') {
    if (accept(cursor, '~=')) return token(cursor, start, 'operator');
    return error(start, `unexpected character after '!' inside braces: ${goQuoteCharacter(peek(cursor))}`);
  }
  if (letter === '{') return error(start, "unexpected left brace '{'");
  return error(start, `unexpected character inside braces: ${goQuoteCharacter(character)}`);
}

function scanStatement(cursor: Cursor): Token {
  const start = cursor.position;
  const character = next(cursor);
  if (character === END) return token(cursor, start, 'end');
  if (isAlpha(character) || character === 0x3a) return word(cursor, start);
  const letter = String.fromCodePoint(character);
  if (isDigit(character) || (letter === '.' && isDigit(peek(cursor)))) return number(cursor, start);
  if (isQuote(letter)) return string(cursor, start, letter);
  if (',({['.includes(letter)) return token(cursor, start, 'punctuation');
  if ('*/%+-^@'.includes(letter)) return token(cursor, start, 'operator');
  return scanComparison(cursor, start, letter) ?? unexpected(cursor, start, letter);
}

function scanComparison(cursor: Cursor, start: number, letter: string): Token | undefined {
  if (!'<>=!'.includes(letter)) return undefined;
  if (accept(cursor, '=') || letter === '<' || letter === '>') return token(cursor, start, 'operator');
  const following = peek(cursor);
  if (letter === '=' && following !== 0x7e) return token(cursor, start, 'punctuation');
  return error(start, `unexpected character after '${letter}': ${goQuoteCharacter(following)}`);
}

function unexpected(cursor: Cursor, start: number, letter: string): Token {
  // Prometheus moves its mark behind the parenthesis before it complains.
  if (letter === ')') return error(cursor.position, "unexpected right parenthesis ')'");
  if (letter === ']') return error(start, "unexpected right bracket ']'");
  return error(start, `unexpected character: ${goQuoteCharacter(letter.codePointAt(0)!)}`);
}

function word(cursor: Cursor, start: number): Token {
  acceptWhile(cursor, (character) => isAlphaNumeric(character) || character === 0x3a);
  return token(cursor, start, wordKind(cursor.text.slice(start, cursor.position)));
}

function number(cursor: Cursor, start: number): Token {
  cursor.position = start;
  const kind = scanNumberOrDuration(cursor);
  if (kind !== undefined) return token(cursor, start, kind);
  return error(start, `bad number or duration syntax: ${goQuote(cursor.text.slice(start, cursor.position))}`);
}

function string(cursor: Cursor, start: number, quote: string): Token {
  const problem = scanString(cursor, quote);
  return problem === undefined ? token(cursor, start, 'string') : error(start, problem);
}

function isQuote(letter: string): boolean {
  return letter === '"' || letter === "'" || letter === '`';
}

function token(cursor: Cursor, start: number, kind: TokenKind): Token {
  return { kind, start, text: cursor.text.slice(start, cursor.position) };
}

function error(start: number, message: string): Token {
  return { kind: 'error', start, text: message };
}
