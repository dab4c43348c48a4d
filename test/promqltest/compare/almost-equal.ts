const minNormal = 2 ** -1022;

/** Whether two numbers differ by no more than a relative `tolerance`; NaN equals NaN. */
export function almostEqual(a: number, b: number, tolerance: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (a === b) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < minNormal) return difference < tolerance * minNormal;
  return difference / Math.min(sum, Number.MAX_VALUE) < tolerance;
}
