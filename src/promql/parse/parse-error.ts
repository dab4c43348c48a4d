import { sourcePosition } from '../lexer/source-position.ts';

/** A query that is none. `message` is what Prometheus says, position included: `1:5: parse error: …`. */
export class ParseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ParseError';
  }
}

/** @param offset UTF-16 units */
export function parseErrorAt(text: string, offset: number, problem: string): ParseError {
  return new ParseError(`${sourcePosition(text, offset)}: parse error: ${problem}`);
}
