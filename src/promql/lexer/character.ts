/** Prometheus' character classes; ASCII only, whatever Unicode says. */
export function isSpace(character: number): boolean {
  return character === 0x20 || (character >= 0x09 && character <= 0x0a) || character === 0x0d;
}

export function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}

export function isAlpha(character: number): boolean {
  const lower = character | 0x20;
  return character === 0x5f || (character >= 0x41 && lower >= 0x61 && lower <= 0x7a);
}

export function isAlphaNumeric(character: number): boolean {
  return isAlpha(character) || isDigit(character);
}
