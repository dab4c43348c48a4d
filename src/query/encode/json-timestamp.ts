/** Milliseconds as seconds the way Prometheus writes samples' times: whole, or with exactly three decimals. */
export function jsonTimestamp(timestampMs: number): string {
  const absolute = Math.abs(timestampMs);
  const whole = Math.floor(absolute / 1000);
  const rest = absolute - whole * 1000;
  const sign = timestampMs < 0 ? '-' : '';
  return rest === 0 ? `${sign}${whole}` : `${sign}${whole}.${String(rest).padStart(3, '0')}`;
}
