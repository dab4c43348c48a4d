import type { FetchDocument } from '../../topology/discovery/http-reader.ts';
import type { HttpSourceConfig } from '../../config/config.ts';
import type { UpstreamPools } from '../upstream-pools.ts';
import type { UpstreamTarget } from '../upstream-target.ts';

/** Fetches documents over the connections of `pools`. */
export function createFetchDocument(pools: Pick<UpstreamPools, 'openApi'>, now: () => number): FetchDocument {
  return async (source, { headers, maxBytes, timeoutMs, signal }) => {
    const { pathname, search } = new URL(source.url);
    const deadlineMs = now() + timeoutMs;
    const read = { path: `${pathname}${search}`, method: 'GET', headers, deadlineMs, signal } as const;
    try {
      const { status, contentType, body } = await pools.openApi(documentTarget(source), read);
      return { status, contentType, text: await readText(body, maxBytes) };
    } catch (error) {
      // What is asked here is no replica.
      throw new Error((error as Error).message.replace(/^replica \S+: /, ''), { cause: error });
    }
  };
}

/** A server of documents, as it is asked. */
export function documentTarget({ url, httpClient }: HttpSourceConfig): UpstreamTarget {
  const { origin, host } = new URL(url);
  return {
    name: host,
    url: origin,
    enableCompression: true,
    section: 'its entry in http_sd_configs',
    ...(httpClient !== undefined && { httpClient }),
  };
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`body exceeds the limit of ${maxBytes} bytes`);
    chunks.push(Uint8Array.from(chunk));
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}
