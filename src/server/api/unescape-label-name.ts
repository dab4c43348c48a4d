/** The label behind a name in the `U__` escaping of Prometheus 3; any other name is itself. */
export function unescapeLabelName(name: string): string {
  if (!name.startsWith('U__')) return name;
  const body = name.slice(3);
  const unescaped = body.replace(/__|_([0-9a-fA-F]{1,6})_/g, (whole, hex: string | undefined) =>
    whole === '__' ? '_' : fromCodePoint(Number.parseInt(hex!, 16)),
  );
  // A lone underscore is none of the escaping's: the name was meant as it is.
  return /(?:^|[^_])_(?:$|[^_])/.test(body.replace(/__|_[0-9a-fA-F]{1,6}_/g, '')) ? name : unescaped;
}

function fromCodePoint(codePoint: number): string {
  return codePoint > 0x10_ff_ff ? '\u{fffd}' : String.fromCodePoint(codePoint);
}
