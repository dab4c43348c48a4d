import type { HttpSourceConfig } from '../../config/config.ts';
import { toTargets } from './discovered-target.ts';
import { parseTargetGroups } from './parse-target-groups.ts';
import type { SourceReader } from './source-reader.ts';

interface Document {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

interface DocumentRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Fetches a small document whatever its status is; rejects where there is none, or a larger one. */
export type FetchDocument = (source: HttpSourceConfig, request: DocumentRequest) => Promise<Document>;

const maxBytes = 16 * 1024 * 1024;
const maxTimeoutMs = 30_000;

/** What Prometheus takes. */
const jsonType = /^application\/json(?:;\s*charset=(?:"utf-8"|utf-8))?$/i;

/** Reads `http_sd_configs`: its one part is the URL. */
export function createHttpReader(source: HttpSourceConfig, fetchDocument: FetchDocument): SourceReader {
  const part = shownUrl(source.url);
  return {
    parts: async () => [part],
    async read(_part, signal) {
      const { status, contentType, text } = await fetchDocument(source, {
        headers: {
          accept: 'application/json',
          'x-prometheus-refresh-interval-seconds': String(source.refreshIntervalMs / 1000),
        },
        maxBytes,
        timeoutMs: Math.min(maxTimeoutMs, source.refreshIntervalMs),
        signal,
      });
      if (status >= 300 && status < 400)
        throw new Error(`status ${status}, a redirect, is not followed: give the final URL`);
      if (status !== 200) throw new Error(`status ${status}`);
      if (!jsonType.test(contentType.trim())) {
        const got = contentType === '' ? 'no content type' : `content type ${JSON.stringify(contentType.slice(0, 80))}`;
        throw new Error(`${got} where application/json is expected`);
      }
      return toTargets(parseTargetGroups(text, 'json'));
    },
  };
}

/** Without the query, which may hold a token. */
function shownUrl(url: string): string {
  return url.replace(/\?.*$/s, '');
}
