import type { PartialResponse } from '../config/config.ts';
import type { EscapingScheme } from '../exposition/escaping.ts';
import type { FederateRequest } from '../federate/service.ts';
import { GatewayError } from '../model/errors.ts';
import { parseFormValues, queryOf, type FormValues } from './form-values.ts';

export interface FederateQueryInput {
  /** As on the request line. */
  readonly requestTarget: string;
  /** `X-Prometheus-Scrape-Timeout-Seconds`. */
  readonly scrapeTimeout: string | undefined;
  readonly escaping: EscapingScheme;
  /** Used when the request does not say. */
  readonly partialResponse: PartialResponse;
  readonly tenant: string | undefined;
}

/** What a `/federate` request asks for. @throws GatewayError `PG_BAD_REQUEST` */
export function toFederateRequest(input: FederateQueryInput): FederateRequest {
  const form = parseFormValues(queryOf(input.requestTarget));
  const timeoutMs = parseScrapeTimeoutMs(input.scrapeTimeout);
  return {
    match: form.get('match[]') ?? [],
    partialResponse: partialResponseOf(form) ?? input.partialResponse,
    dedup: booleanOf('dedup', form.get('dedup')?.[0]) ?? true,
    escaping: input.escaping,
    tenant: input.tenant,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function partialResponseOf(form: FormValues): PartialResponse | undefined {
  const text = form.get('partial_response')?.[0];
  if (text === 'warn' || text === 'abort') return text;
  const isAllowed = booleanOf('partial_response', text, ', warn or abort');
  if (isAllowed === undefined) return undefined;
  return isAllowed ? 'warn' : 'abort';
}

const booleans: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false])),
};

/** The spellings of Go's `strconv.ParseBool`; absent or empty = undefined, as Thanos takes it. */
function booleanOf(name: string, text: string | undefined, alternatives = ''): boolean | undefined {
  if (text === undefined || text === '') return undefined;
  if (Object.hasOwn(booleans, text)) return booleans[text];
  const shown = JSON.stringify(text.slice(0, 100));
  throw new GatewayError(
    'PG_BAD_REQUEST',
    `bad value ${shown} of parameter ${name}: want true or false${alternatives}`,
  );
}

/** What a scraper allows, in ms. What is no positive number of seconds is ignored, as Prometheus ignores the header. */
export function parseScrapeTimeoutMs(header: string | undefined): number | undefined {
  if (header === undefined || !/^\s*\d+(\.\d*)?([eE][+-]?\d+)?\s*$/.test(header)) return undefined;
  const timeoutMs = Number(header) * 1000;
  return timeoutMs > 0 && Number.isFinite(timeoutMs) ? timeoutMs : undefined;
}
