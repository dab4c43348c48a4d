import { isHeaderValue } from '../../model/header-value.ts';
import type { RawHttpClient } from '../raw-http-client.ts';
import { childPointer } from '../source/pointer.ts';
import type { Section } from './exclusive-keys.ts';

/** Set by the gateway or by the connection: those that Prometheus reserves, and those that a read cannot go without. */
const reservedHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'www-authenticate',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-prometheus-remote-read-version',
  'x-prometheus-remote-write-version',
  'x-prometheus-scrape-timeout-seconds',
]);

/** Reports headers that may not be set, and values that no header can carry. */
export function checkHeaders(
  headers: NonNullable<RawHttpClient['http_headers']>,
  { pointer, findings }: Section,
): void {
  const seen = new Set<string>();
  for (const [name, { values, secrets }] of Object.entries(headers)) {
    const at = childPointer(pointer, name);
    const lower = name.toLowerCase();
    if (reservedHeaders.has(lower)) findings.error(at, 'this header is set by the gateway itself', { part: 'key' });
    if (seen.has(lower)) findings.error(at, 'this header is given twice', { part: 'key' });
    seen.add(lower);
    for (const [key, list] of Object.entries({ values, secrets })) {
      for (const [i, value] of list.entries()) {
        if (isHeaderValue(value)) continue;
        findings.error(childPointer(childPointer(at, key), i), 'holds characters that a header cannot carry');
      }
    }
  }
}
