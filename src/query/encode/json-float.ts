/**
 * A sample value as Prometheus' JSON API writes it: Go's `'f'` with the fewest digits, exponent form (at least two
 * digits) below 1e-6 and from 1e21 on.
 */
export function jsonFloat(value: number): string {
  if (Number.isInteger(value) && value !== 0 && Math.abs(value) < 1e15) return String(value);
  if (value !== value) return 'NaN';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  const text = String(value);
  const mark = text.indexOf('e');
  if (mark === -1) return text;
  // JavaScript changes to exponents at the same bounds, with one digit where Go has two.
  return text.length - mark === 3 ? `${text.slice(0, -1)}0${text.slice(-1)}` : text;
}

/** A scalar's value: always plain digits, however many. */
export function jsonScalarFloat(value: number): string {
  const text = jsonFloat(value);
  const mark = text.indexOf('e');
  return mark === -1 ? text : plainDigits(text.slice(0, mark), Number(text.slice(mark + 1)));
}

function plainDigits(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole, fraction = ''] = mantissa.slice(sign.length).split('.') as [string, string?];
  const digits = whole + fraction;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits.padEnd(exponent + 1, '0')}`;
}
