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

/** What is open where the lexer stands; only this decides how a character is read. */
interface Nesting {
  insideBraces: boolean;
  insideBrackets: boolean;
  parenthesisDepth: number;
  /** Whether no number stands in the brackets yet: until then another set of characters is allowed. */
  beforeDuration: boolean;
  /** Whether the brackets hold their colon already. */
  hasColon: boolean;
}

/**
 * Cuts PromQL into tokens as Prometheus 3.5 does; its `error` tokens carry Prometheus' own words and position. Linear in
 * the text.
 */
export function createLexer(text: string): Lexer {
  const cursor: Cursor = { text, position: 0 };
  const nesting: Nesting = {
    insideBraces: false,
    insideBrackets: false,
    parenthesisDepth: 0,
    beforeDuration: false,
    hasColon: false,
  };
  return {
    next() {
      if (nesting.beforeDuration) acceptWhile(cursor, isSpace);
      else skipBlanks(cursor);
      const token = scan(cursor, nesting);
      return token.kind === 'punctuation' ? nest(token, nesting, cursor) : token;
    },
  };
}

function scan(cursor: Cursor, nesting: Nesting): Token {
  if (nesting.beforeDuration) return scanBeforeDuration(cursor, nesting);
  return nesting.insideBraces ? scanInsideBraces(cursor) : scanStatement(cursor, nesting);
}

/** Keeps track of what a bracket of any kind opens or closes; one that closes nothing is an error. */
function nest(found: Token, nesting: Nesting, cursor: Cursor): Token {
  switch (found.text) {
    case '{':
    case '}':
      nesting.insideBraces = found.text === '{';
      return found;
    case '(':
      nesting.parenthesisDepth += 1;
      return found;
    case ')':
      nesting.parenthesisDepth -= 1;
      // Prometheus moves its mark behind the parenthesis before it complains.
      return nesting.parenthesisDepth < 0 ? error(cursor.position, "unexpected right parenthesis ')'") : found;
    case '[':
      if (nesting.insideBrackets) return error(found.start, "unexpected left bracket '['");
      nesting.insideBrackets = true;
      nesting.beforeDuration = true;
      nesting.hasColon = false;
      return found;
    case ']':
      if (!nesting.insideBrackets) return error(found.start, "unexpected right bracket ']'");
      nesting.insideBrackets = false;
      nesting.beforeDuration = false;
      return found;
    default:
      return found;
  }
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

/** From the opening bracket to the first number; behind it, brackets are read like everything else. */
function scanBeforeDuration(cursor: Cursor, nesting: Nesting): Token {
  const start = cursor.position;
  const character = next(cursor);
  if (character === END) return error(start, 'unexpected end of input in duration expression');
  const letter = String.fromCodePoint(character);
  if ('()]'.includes(letter)) return token(cursor, start, 'punctuation');
  if ('*/%+-^'.includes(letter)) return token(cursor, start, 'operator');
  if (letter === ':') return error(cursor.position, 'unexpected colon before duration in duration expression');
  if (isDigit(character) || (letter === '.' && isDigit(peek(cursor)))) {
    nesting.beforeDuration = false;
    return number(cursor, start);
  }
  return error(start, `unexpected character in duration expression: ${goQuoteCharacter(character)}`);
}

function scanStatement(cursor: Cursor, nesting: Nesting): Token {
  const start = cursor.position;
  const character = next(cursor);
  if (character === END) return end(cursor, start, nesting);
  const letter = String.fromCodePoint(character);
  if (isAlpha(character) || letter === ':') {
    return nesting.insideBrackets ? colon(cursor, start, nesting) : word(cursor, start);
  }
  if (isDigit(character) || (letter === '.' && isDigit(peek(cursor)))) return number(cursor, start);
  if (isQuote(letter)) return string(cursor, start, letter);
  if (',({[)]'.includes(letter)) return token(cursor, start, 'punctuation');
  if ('*/%+-^@'.includes(letter)) return token(cursor, start, 'operator');
  return (
    scanComparison(cursor, start, letter) ??
    error(start, `unexpected character: ${goQuoteCharacter(letter.codePointAt(0)!)}`)
  );
}

function scanComparison(cursor: Cursor, start: number, letter: string): Token | undefined {
  if (!'<>=!'.includes(letter)) return undefined;
  if (accept(cursor, '=') || letter === '<' || letter === '>') return token(cursor, start, 'operator');
  const following = peek(cursor);
  if (letter === '=' && following !== 0x7e) return token(cursor, start, 'punctuation');
  return error(start, `unexpected character after '${letter}': ${goQuoteCharacter(following)}`);
}

function end(cursor: Cursor, start: number, { parenthesisDepth, insideBrackets }: Nesting): Token {
  if (parenthesisDepth !== 0) return error(start, 'unclosed left parenthesis');
  return insideBrackets ? error(start, 'unclosed left bracket') : token(cursor, start, 'end');
}

/** Inside brackets there are no words, and one colon at most; as Prometheus 3.5 has it, any letter is as good as a colon. */
function colon(cursor: Cursor, start: number, nesting: Nesting): Token {
  const character = cursor.text.codePointAt(start)!;
  if (nesting.hasColon) return error(start, `unexpected colon ${goQuoteCharacter(character)}`);
  nesting.hasColon = true;
  return token(cursor, start, 'colon');
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
