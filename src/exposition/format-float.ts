/**
 * A sample value as Prometheus' text format writes it: shortest digits that read back as the same number, exponent form
 * (signed, at least two digits) for decimal exponents below -4 or above 5. Negative zero becomes `0`, as in Prometheus.
 * The JSON API has other thresholds; this is not for it.
 * @see https://pkg.go.dev/strconv#FormatFloat (`'g'`, precision -1)
 */
export function formatTextFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  // JavaScript's plain form is the same text wherever neither side uses an exponent: 1e-6 and 1e21 are its own bounds.
  if (magnitude >= 1e-4 && magnitude < 1e6) return String(value);
  const text = value.toExponential();
  const mark = text.indexOf('e');
  const digits = text.slice(mark + 2);
  return `${text.slice(0, mark + 2)}${digits.length < 2 ? '0' : ''}${digits}`;
}
