import { formatTextFloat } from '../../exposition/format-float.ts';

/** Go's `%g` of a float: exponents below -4 and from 21 digits on. */
export function goG(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e21)) return formatTextFloat(value);
  return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : formatTextFloat(value);
}
