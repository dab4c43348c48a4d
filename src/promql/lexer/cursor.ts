/** Where a scan stands in its text. Offsets are UTF-16 units; characters are code points, {@link END} after the last. */
export interface Cursor {
  readonly text: string;
  position: number;
}

export const END = -1;

export function peek(cursor: Cursor): number {
  return cursor.text.codePointAt(cursor.position) ?? END;
}

export function next(cursor: Cursor): number {
  const character = peek(cursor);
  if (character !== END) cursor.position += character > 0xffff ? 2 : 1;
  return character;
}

/** Consumes the next character if it is one of `set` (ASCII). */
export function accept(cursor: Cursor, set: string): boolean {
  if (!isOneOf(cursor, set)) return false;
  cursor.position++;
  return true;
}

/** Whether the next character is one of `set` (ASCII), without consuming it. */
export function isOneOf(cursor: Cursor, set: string): boolean {
  return cursor.position < cursor.text.length && set.includes(cursor.text[cursor.position]!);
}

export function acceptWhile(cursor: Cursor, accepts: (character: number) => boolean): void {
  while (accepts(peek(cursor))) next(cursor);
}
