const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Half of the second that an HTTP date is rounded down by. */
const halfResolutionMs = 500;

/**
 * By how much a server's clock is at least ahead of ours, in ms (negative: behind), from the `Date` header of an answer:
 * against the middle of the request, less the half of it by which that may be wrong. Good to a second, the resolution of the
 * header. NaN where it is no HTTP date. Times are Unix ms.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
 */
export function clockSkewMs(date: string, sentMs: number, answeredMs: number): number {
  if (!httpDate.test(date)) return Number.NaN;
  const skewMs = Date.parse(date) + halfResolutionMs - (sentMs + answeredMs) / 2;
  const sureMs = Math.max(0, Math.abs(skewMs) - (answeredMs - sentMs) / 2);
  return Math.sign(skewMs) * sureMs;
}
