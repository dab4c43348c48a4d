import { expect, it } from 'vitest';
import { TypeLine } from '../../../../src/exposition/text/type-line.ts';

function scan(text: string): { name: string; type: string; next: number } | undefined {
  const bytes = Buffer.from(`..${text}${'.'.repeat(24)}`);
  const line = new TypeLine();
  if (!line.scan(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 2)) return undefined;
  return { name: bytes.toString('utf8', line.nameStart, line.nameEnd), type: line.type, next: line.next - 2 };
}

it.each(['untyped', 'counter', 'gauge', 'histogram', 'summary'])('recognises type %s', (type) => {
  expect(scan(`# TYPE a:b_1 ${type}\n`)).toEqual({ name: 'a:b_1', type, next: 14 + type.length });
});

it.each([
  '# TYPE  m untyped\n',
  '# TYPE m  untyped\n',
  '# TYPE m untyped \n',
  '# TYPE m untype\n',
  '# TYPE m untyped2\n',
  '# TYPE m unknown\n',
  '# TYPE 9m untyped\n',
  '# TYPE m\n',
  '# TYPE "m" untyped\n',
  '# HELP m untyped\n',
  '#TYPE m untyped\n',
  '# TYPE \n',
])('leaves %j to the parser', (text) => {
  expect(scan(text)).toBeUndefined();
});
