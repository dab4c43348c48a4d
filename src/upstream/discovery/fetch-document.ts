import type { FetchDocument } from '../../topology/discovery/http-reader.ts';
import type { UpstreamPools } from '../upstream-pools.ts';

/** Fetches documents over the connections of `pools`. */
export function createFetchDocument(pools: Pick<UpstreamPools, 'openApi'>, now: () => number): FetchDocument {
  return async ({ url }, { headers, maxBytes, timeoutMs, signal }) => {
    const { origin, host, pathname, search } = new URL(url);
    const target = { name: host, url: origin, enableCompression: true };
    const deadlineMs = now() + timeoutMs;
    const read = { path: `${pathname}${search}`, method: 'GET', headers, deadlineMs, signal } as const;
    try {
      const { status, contentType, body } = await pools.openApi(target, read);
      return { status, contentType, text: await readText(body, maxBytes) };
    } catch (error) {
      // What is asked here is no replica.
      throw new Error((error as Error).message.replace(/^replica \S+: /, ''), { cause: error });
    }
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
