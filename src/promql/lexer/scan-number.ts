import { isAlphaNumeric, isDigit } from './character.ts';
import { accept, acceptWhile, type Cursor, END, isOneOf, next, peek } from './cursor.ts';

const decimalDigits = '0123456789';
const hexDigits = '0123456789abcdefABCDEF';

/**
 * Consumes a number or a duration. `undefined` when it is neither: the cursor then stands where Prometheus gives up,
 * which is the end of the text that its message quotes. What is accepted is not yet known to be in range.
 */
export function scanNumberOrDuration(cursor: Cursor): 'number' | 'duration' | undefined {
  if (scanNumber(cursor)) return 'number';
  return scanDurationRest(cursor) ? 'duration' : undefined;
}

function scanNumber(cursor: Cursor): boolean {
  const start = cursor.position;
  const isHex = accept(cursor, '0') && accept(cursor, 'xX');
  if (isHex) accept(cursor, '_');
  const digits = isHex ? hexDigits : decimalDigits;
  accept(cursor, '.');
  accept(cursor, digits);
  const seen = { dot: false, exponent: false };
  while (isOneOf(cursor, `${digits}._eE`)) {
    if (!scanNumberPart(cursor, digits, seen)) return false;
  }
  return cursor.position > start && !isAlphaNumeric(peek(cursor));
}

/** One dot, exponent mark, underscore or run of digits; false where the number cannot go on like this. */
function scanNumberPart(cursor: Cursor, digits: string, seen: { dot: boolean; exponent: boolean }): boolean {
  if (accept(cursor, '.')) {
    if (seen.dot) return false;
    seen.dot = true;
    return !accept(cursor, '_.') && digits === decimalDigits;
  }
  if (accept(cursor, 'eE')) {
    if (seen.exponent) return false;
    seen.exponent = true;
    accept(cursor, '+-');
    return !accept(cursor, '._eE') && peek(cursor) !== END;
  }
  if (accept(cursor, '_')) return !accept(cursor, '._eE') && peek(cursor) !== END;
  while (accept(cursor, digits));
  return true;
}

/** The units of a duration whose first number has been consumed; wrong units and orders are left for the parser. */
function scanDurationRest(cursor: Cursor): boolean {
  if (!accept(cursor, 'smhdwy')) return false;
  accept(cursor, 's');
  while (isDigit(peek(cursor))) {
    acceptWhile(cursor, isDigit);
    if (!accept(cursor, 'smhdw')) return false;
    accept(cursor, 's');
  }
  if (!isAlphaNumeric(peek(cursor))) return true;
  next(cursor);
  return false;
}
