/** Matches a size: bytes as a whole number, or a number with a unit. `KB` and `KiB` both count 1024, as in Prometheus. */
export const sizePattern = '^[0-9]+(?:B|(?:\\.[0-9]+)?(?:[KMGTPE]i?B))?$';

const sizeRegex = /^([0-9]+(?:\.[0-9]+)?)(?:B|([KMGTPE])i?B)?$/u;

/** Bytes, or undefined where `text` is not a size, not a whole number of bytes, or beyond 2^53. */
export function parseSize(text: string): number | undefined {
  const match = sizeRegex.exec(text);
  if (match === null) return undefined;
  const power = match[2] === undefined ? 0 : 'KMGTPE'.indexOf(match[2]) + 1;
  const bytes = Number(match[1]) * 1024 ** power;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
