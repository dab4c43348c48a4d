const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const escape = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/gu;
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * What a string token that the lexer accepted stands for. `\x` and octal escapes are bytes, as in Go; bytes that are not
 * UTF-8 become the lone surrogates U+DC80..U+DCFF, which equal nothing that decoded text can hold.
 */
export function unquoteString(token: string): string {
  const content = token.slice(1, -1);
  if (token[0] === '`' || !content.includes('\\')) return content;
  const text = content.replace(escape, (...groups: (string | undefined)[]) => {
    const [, hexByte, octalByte, short, long, letter] = groups;
    if (letter !== undefined) return simpleEscapes[letter] ?? letter;
    if (hexByte !== undefined) return byteCharacter(parseInt(hexByte, 16));
    if (octalByte !== undefined) return byteCharacter(parseInt(octalByte, 8));
    return String.fromCodePoint(parseInt((short ?? long)!, 16));
  });
  return text.replace(/[\udc80-\udcff]+/gu, decodeBytes);
}

function byteCharacter(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

/** Only escapes make loose bytes, so a run of them never shares a character with its neighbours. */
function decodeBytes(run: string): string {
  const bytes = Uint8Array.from(run, (character) => character.charCodeAt(0) - 0xdc00);
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = [2, 3, 4].find((length) => isCharacter(bytes.subarray(i, i + length)));
    text += length === undefined ? run[i]! : strictDecoder.decode(bytes.subarray(i, i + length));
    i += length ?? 1;
  }
  return text;
}

function isCharacter(bytes: Uint8Array): boolean {
  try {
    return Array.from(strictDecoder.decode(bytes)).length === 1;
  } catch {
    return false;
  }
}
