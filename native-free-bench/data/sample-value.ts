/**
 * A sample value made of `hash`, in Go's shortest form with the exponent from 1e+06 on. Built from digits, not from a
 * float formatter, so that the data do not depend on code that a bench is to check. The mix is that of a node exporter
 * beside an application: zeros, small counts, big counters, fractions.
 */
export function sampleValue(hash: number): string {
  const kind = hash % 10;
  const digits = Math.floor(hash / 10) % 100_000;
  if (kind === 0) return '0';
  if (kind < 5) return String(digits);
  if (kind < 8) return `${1 + (hash % 9)}.${withoutZeroAtEnd(digits)}e+0${6 + (hash % 3)}`;
  return `0.${withoutZeroAtEnd(digits)}`;
}

function withoutZeroAtEnd(digits: number): string {
  const padded = String(10_000 + (digits % 90_000));
  return padded.endsWith('0') ? `${padded.slice(0, -1)}7` : padded;
}
