/** `line:column` of an offset (UTF-16 units) as Prometheus counts: both from 1, columns in UTF-8 bytes. */
export function sourcePosition(text: string, offset: number): string {
  if (text === '') return 'unknown position';
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  return `${line}:${Buffer.byteLength(before.slice(lineStart)) + 1}`;
}
