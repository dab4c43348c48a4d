import { expect, it } from 'vitest';
import { SampleLine } from '../../../../src/exposition/text/sample-line.ts';
import { SampleScanner } from '../../../../src/exposition/text/sample-scanner.ts';

function scan(text: string): { value: string; rest: string; timestampMs: number; next: number } | undefined {
  const bytes = Buffer.from(`..${text}${'5'.repeat(24)}`);
  const line = new SampleLine();
  line.bytes = bytes;
  line.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const scanner = new SampleScanner();
  if (!scanner.scan(line, 2)) return undefined;
  const { valueStart, valueEnd, end, timestampMs } = line;
  const part = (from: number, to: number): string => bytes.toString('utf8', from, to);
  return { value: part(valueStart, valueEnd), rest: part(valueEnd, end), timestampMs, next: scanner.next - 2 };
}

it.each([
  '0',
  '-1',
  '123456',
  '1.5',
  '1e+06',
  '1.700000000123e+09',
  '1e-05',
  '1e5',
  '5.',
  'NaN',
  '+Inf',
  '-Inf',
  '9'.repeat(150),
])('value %s', (value) => {
  expect(scan(`${value}\n`)).toEqual({ value, rest: '', timestampMs: NaN, next: value.length + 1 });
  const stamped = { value, rest: ' 1700000012345', timestampMs: 1_700_000_012_345, next: value.length + 15 };
  expect(scan(`${value} 1700000012345\n`)).toEqual(stamped);
});

it.each([
  '0',
  '7',
  '12345678',
  '999999999999',
  '9999999999999',
  '1000000000000',
  '99999999999999',
  '999999999999999',
  '0000000000001',
])('timestamp %s', (timestamp) => {
  expect(scan(`1 ${timestamp}\n`)).toMatchObject({ rest: ` ${timestamp}`, timestampMs: Number(timestamp) });
});

it.each([
  '\n',
  ' 1\n',
  '-\n',
  '+5\n',
  '.5\n',
  '1e\n',
  '1e+\n',
  '1e999\n',
  '1E5\n',
  'nan\n',
  'Inf\n',
  '-NaN\n',
  'NaNx\n',
  '1 \n',
  '1  2\n',
  '1\t2\n',
  '1 2 \n',
  '1 -2\n',
  '1 170000001234x\n',
  '1 17000000:2345\n',
  '1 1700000012345 \n',
  '1 9999999999999999\n',
  '1\r\n',
  '1{\n',
  `${'9'.repeat(151)}\n`,
])('leaves %j to the parser', (text) => {
  expect(scan(text)).toBeUndefined();
});
