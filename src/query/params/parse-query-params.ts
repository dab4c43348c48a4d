import type { PartialResponse } from '../../config/config.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { QueryRequest } from '../service.ts';
import { parseDurationParamMs } from './parse-duration-param.ts';
import { parseTimeMs } from './parse-time.ts';

/** First value of each form key, `""` where it is absent, as Go's `FormValue`. */
export type FormValue = (key: string) => string;

export interface QueryParamDefaults {
  readonly nowMs: number;
  readonly partialResponse: PartialResponse;
  readonly tenant: string | undefined;
  readonly acceptsGzip: boolean;
}

const maxPoints = 11_000;

/** The request of `/api/v1/query`. @throws QueryError `bad_data` in Prometheus' words, checks in its order */
export function parseInstantParams(form: FormValue, defaults: QueryParamDefaults): QueryRequest {
  const limit = parseLimit(form('limit'));
  const startMs = form('time') === '' ? defaults.nowMs : timeOf('time', form('time'), 'invalid time value for ');
  return {
    text: form('query'),
    isInstant: true,
    grid: { startMs, stepMs: 1, steps: 1 },
    ...commonParams(form, defaults),
    limit,
  };
}

/** The request of `/api/v1/query_range`. @throws QueryError `bad_data` in Prometheus' words, checks in its order */
export function parseRangeParams(form: FormValue, defaults: QueryParamDefaults): QueryRequest {
  const limit = parseLimit(form('limit'));
  const startMs = timeOf('start', form('start'));
  const endMs = timeOf('end', form('end'));
  if (endMs < startMs) throw invalid('end', 'end timestamp must not be before start time');
  const stepMs = durationOf('step', form('step'));
  if (stepMs <= 0) {
    const advice = 'zero or negative query resolution step widths are not accepted. Try a positive integer';
    throw invalid('step', advice);
  }
  if (Math.floor((endMs - startMs) / stepMs) > maxPoints) {
    const reason = 'exceeded maximum resolution of 11,000 points per timeseries.';
    throw new QueryError('bad_data', `${reason} Try decreasing the query resolution (?step=XX)`);
  }
  const step = Math.trunc(stepMs);
  // A server divides by the whole milliseconds of the step.
  if (step < 1) throw new QueryError('execution', 'step is less than one millisecond');
  return {
    text: form('query'),
    isInstant: false,
    grid: { startMs, stepMs: step, steps: Math.floor((endMs - startMs) / step) + 1 },
    ...commonParams(form, defaults),
    limit,
  };
}

type CommonParams = Pick<
  QueryRequest,
  'timeoutMs' | 'lookbackDeltaMs' | 'wantsStats' | 'partialResponse' | 'tenant' | 'acceptsGzip'
>;

function commonParams(form: FormValue, defaults: QueryParamDefaults): CommonParams {
  const timeoutMs = form('timeout') === '' ? undefined : durationOf('timeout', form('timeout'));
  const lookbackDeltaMs = parseLookback(form('lookback_delta'));
  return {
    timeoutMs,
    lookbackDeltaMs,
    wantsStats: form('stats') !== '',
    partialResponse: parsePartialResponse(form('partial_response')) ?? defaults.partialResponse,
    tenant: defaults.tenant,
    acceptsGzip: defaults.acceptsGzip,
  };
}

function parseLookback(text: string): number | undefined {
  if (text === '') return undefined;
  try {
    const ms = parseDurationParamMs(text);
    return ms === 0 ? undefined : ms;
  } catch (error) {
    throw new QueryError('bad_data', `error parsing lookback delta duration: ${(error as Error).message}`);
  }
}

/** `limit` of an endpoint; 0 where it is absent. @throws QueryError `bad_data` */
export function parseLimit(text: string): number {
  if (text === '') return 0;
  if (!/^[+-]?\d+$/.test(text)) {
    throw invalid('limit', `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const limit = Number(text);
  if (Math.abs(limit) > Number.MAX_SAFE_INTEGER) {
    throw invalid('limit', `strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`);
  }
  if (limit < 0) throw invalid('limit', 'limit must be non-negative');
  return limit;
}

/** `partial_response` as Thanos spells it (a boolean), or `warn` and `abort`. @throws QueryError `bad_data` */
export function parsePartialResponse(text: string): PartialResponse | undefined {
  if (text === '') return undefined;
  if (text === 'warn' || /^(?:1|t|true)$/i.test(text)) return 'warn';
  if (text === 'abort' || /^(?:0|f|false)$/i.test(text)) return 'abort';
  throw invalid('partial_response', `bad value ${JSON.stringify(text.slice(0, 100))}: want true, false, warn or abort`);
}

function timeOf(name: string, text: string, phrase = ''): number {
  try {
    return parseTimeMs(text);
  } catch (error) {
    const inner = phrase === '' ? '' : `${phrase}'${name}': `;
    throw invalid(name, `${inner}${(error as Error).message}`);
  }
}

function durationOf(name: string, text: string): number {
  try {
    return parseDurationParamMs(text);
  } catch (error) {
    throw invalid(name, (error as Error).message);
  }
}

function invalid(parameter: string, reason: string): QueryError {
  return new QueryError('bad_data', `invalid parameter "${parameter}": ${reason}`);
}
