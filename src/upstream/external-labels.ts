import { parse } from 'yaml';

import { GatewayError, type ErrorCode } from '../model/errors.ts';
import { decodeBody } from './decode-body.ts';
import { deniedError, isDenied } from './denied.ts';
import type { HttpResponse } from './http-request.ts';
import { addressOf, type ReadContext, type ReadLimits, type UpstreamTarget } from './upstream-target.ts';

const maxConfigBytes = 8 * 1024 * 1024;

/**
 * The external labels of a replica, from `/api/v1/status/config`: `{}` when its configuration sets none, undefined when
 * it does not tell (no such endpoint, not Prometheus, an answer over 8 MiB or that is broken).
 * @throws {@link GatewayError} when there was no answer: `PG_UPSTREAM_CONNECT`, `_DNS`, `_TLS`, `_PROXY`, `_SECRET`,
 * `_TOKEN`, `_AUTH` (status 401), `_TIMEOUT`, `_RESET`, `_CLOSED` or the reason of the signal.
 */
export async function readExternalLabels(
  context: ReadContext,
  target: UpstreamTarget,
  limits: ReadLimits,
): Promise<Record<string, string> | undefined> {
  try {
    const response = await context.send({
      deadlineMs: limits.deadlineMs,
      signal: limits.signal,
      replica: target.name,
      path: `${addressOf(target).basePath}/api/v1/status/config`,
      headers: {
        accept: 'application/json',
        'accept-encoding': target.enableCompression ? 'gzip' : 'identity',
        'user-agent': context.userAgent,
      },
    });
    if (isDenied(response.status)) throw await deniedError(response, target.name, context.credentials);
    const text = await readConfigResponse(response, target.name);
    return text === undefined ? undefined : parseExternalLabels(text);
  } catch (error) {
    if (limits.signal.aborted || hasNoAnswer(error)) throw error;
    return undefined;
  }
}

const noAnswer: ReadonlySet<string> = new Set<ErrorCode>([
  'PG_UPSTREAM_CONNECT',
  'PG_UPSTREAM_DNS',
  'PG_UPSTREAM_TLS',
  'PG_UPSTREAM_PROXY',
  'PG_UPSTREAM_SECRET',
  'PG_UPSTREAM_TOKEN',
  'PG_UPSTREAM_TIMEOUT',
  'PG_UPSTREAM_RESET',
]);

function hasNoAnswer(error: unknown): boolean {
  if (!(error instanceof GatewayError)) return false;
  // A proxy may keep this page from us and let reads pass, with status 403.
  return noAnswer.has(error.code) || (error.code === 'PG_UPSTREAM_AUTH' && error.details['status'] === 401);
}

/** Reads the whole body, so that its connection can be used again, unless it is too large. */
async function readConfigResponse(response: HttpResponse, replica: string): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of decodeBody(response.body, response.header('content-encoding'), replica)) {
      length += chunk.length;
      if (length > maxConfigBytes) return undefined;
      chunks.push(Uint8Array.from(chunk));
    }
  } finally {
    await response.body.return();
  }
  return response.status === 200 ? Buffer.concat(chunks).toString('utf8') : undefined;
}

/** Labels out of the JSON of `/api/v1/status/config`; undefined when it is not that. */
export function parseExternalLabels(json: string): Record<string, string> | undefined {
  const yaml = configYaml(json);
  if (yaml === undefined) return undefined;
  const section = globalSection(yaml);
  if (section === undefined) return {};
  // Every scalar as it is written: Prometheus reads label values as strings, `replica: 01` is "01".
  const document: unknown = parse(section, { schema: 'failsafe' });
  const labels = property(property(document, 'global'), 'external_labels');
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return {};
  return Object.fromEntries(Object.entries(labels).filter((entry) => typeof entry[1] === 'string'));
}

function configYaml(json: string): string | undefined {
  try {
    const yaml = property(property(JSON.parse(json), 'data'), 'yaml');
    return typeof yaml === 'string' ? yaml : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The lines of the top-level key `global`: a configuration of megabytes is nearly all scrape configs, and parsing those
 * would hold up the thread. Prometheus writes it in block style, top-level keys in the first column.
 */
function globalSection(yaml: string): string | undefined {
  return /^global:.*(?:\n(?:[ \t].*)?)*/m.exec(yaml)?.[0];
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
