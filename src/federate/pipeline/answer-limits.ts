import type { FederationLimits } from '../../config/config.ts';
import { GatewayError } from '../../model/errors.ts';

/**
 * Counts what leaves against `max_series` and `max_response_bytes` (0 = no limit).
 * The returned function takes further lines and the bytes so far. @throws GatewayError `PG_LIMIT_SERIES`,
 * `PG_LIMIT_RESPONSE_BYTES`.
 */
export function createAnswerLimits(limits: FederationLimits): (lines: number, totalBytes: number) => void {
  let series = 0;
  return (lines, totalBytes) => {
    series += lines;
    if (limits.maxSeries > 0 && series > limits.maxSeries) {
      throw new GatewayError(
        'PG_LIMIT_SERIES',
        `the answer has at least ${series} series, the limit max_series is ${limits.maxSeries}; ask for fewer with match[]`,
      );
    }
    if (limits.maxResponseBytes > 0 && totalBytes > limits.maxResponseBytes) {
      throw new GatewayError(
        'PG_LIMIT_RESPONSE_BYTES',
        `the answer has at least ${totalBytes} bytes, the limit max_response_bytes is ${limits.maxResponseBytes}; ask for fewer series with match[]`,
      );
    }
  };
}
