/** Bits as text, blanks ignored, filled up to a whole byte. */
export function bits(text: string): Uint8Array {
  const plain = text.replaceAll(' ', '');
  const padded = plain.padEnd(Math.ceil(plain.length / 8) * 8, '0');
  return Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

/** The 64 bits of a float, as text. */
export function float(value: number | 'stale'): string {
  const view = new DataView(new ArrayBuffer(8));
  if (value === 'stale') view.setBigUint64(0, 0x7ff0_0000_0000_0002n);
  else view.setFloat64(0, value);
  return view.getBigUint64(0).toString(2).padStart(64, '0');
}
