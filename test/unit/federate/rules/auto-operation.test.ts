import { describe, expect, it } from 'vitest';
import { autoOperation } from '../../../../src/federate/rules/auto-operation.ts';

describe('autoOperation', () => {
  it.each([
    ['slave:http_requests:sum', 'sum'],
    ['slave:http_requests:rate5m_sum', 'sum'],
    ['slave:x:sum_rate5m', 'sum'],
    ['slave:x:sum_rate_5m', 'sum'],
    ['slave:x:rate5m', 'sum'],
    ['slave:x:irate1m30s', 'sum'],
    ['slave:x:increase1h', 'sum'],
    ['slave:x:delta10m', 'sum'],
    ['slave:x:rate_increase', 'sum'],
    ['slave:http_request_duration_seconds_bucket:rate5m', 'sum'],
    ['slave:http_request_duration_seconds_sum:rate5m', 'sum'],
    ['slave:http_request_duration_seconds_count:irate5m', 'sum'],
    ['slave:x:count', 'sum'],
    ['slave:x:count_max', 'sum'],
    ['slave:x:max_count', 'max'],
    ['slave:x:max', 'max'],
    ['slave:x:max_rate5m', 'max'],
    ['slave:x:rate5m_max', 'max'],
    ['slave:x:max_over_time5m', 'max'],
    ['slave:x:min', 'min'],
    ['slave:x:min_sum', 'min'],
    ['slave:x:sum_min', 'sum'],
    ['slave:x:sum_by_path', 'sum'],
    ['slave:x:SUM_RATE5M', 'sum'],
    ['eu:slave:x:sum', 'sum'],
    ['slave:latency_p95:max', 'max'],
    ['slave:hit_ratio:max', 'max'],
    ['requests:rate5m', 'sum'],
    ['requests:max_rate5m', 'max'],
  ])('%s is combined by %s', (name, operation) => {
    expect(autoOperation(name)).toEqual({ operation });
  });

  it.each([
    ['slave:x:avg', '"avg"'],
    ['slave:x:avg_rate5m', '"avg"'],
    ['slave:x:rate5m_avg', '"avg"'],
    ['slave:x:sum_avg', '"avg"'],
    ['slave:x:avg5m', '"avg"'],
    ['slave:x:max_avg_over_time', '"avg"'],
    ['slave:x:mean', '"mean"'],
    ['slave:errors_per_requests:ratio_rate5m', '"ratio"'],
    ['slave:errors:ratio', '"ratio"'],
    ['region:api_latency:p95', '"p95"'],
    ['slave:x:p99_rate5m', '"p99"'],
    ['slave:x:p50', '"p50"'],
    ['slave:x:P95', '"p95"'],
    ['slave:x:p5m', '"p5m"'],
    ['slave:x:max_p95', '"p95"'],
    ['slave:x:quantile', '"quantile"'],
    ['slave:x:quantile95', '"quantile"'],
    ['slave:x:median', '"median"'],
    ['slave:x:stddev', '"stddev"'],
    ['slave:x:stdvar_5m', '"stdvar"'],
    ['slave:x:sum_stddev', '"stddev"'],
    ['slave:x:latest', '"latest" is no known operation'],
    ['slave:x:log_rate5m', '"log" is no known operation'],
    ['slave:x:rate5m_clamped', '"clamped" is no known operation'],
    ['slave:x:5m', 'names no operation'],
    ['slave:x:', 'names no operation'],
    ['slave:memory_bytes', 'may be a metric without operations'],
    ['slave:memory_max', 'may be a metric without operations'],
    ['slave:latency_p95', '"p95"'],
    ['up', 'no operation part'],
    ['http_requests_sum', 'no operation part'],
  ])('%s is refused: %s', (name, reason) => {
    expect(autoOperation(name)).toEqual({ refused: expect.stringContaining(reason) });
  });
});
