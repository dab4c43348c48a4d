import type { ThreadResources } from './thread-resources.ts';

/** The same pools, of whose bodies `maxBytes` together are read; `onOver` is called with what would be more. */
export function limitBytes(
  pools: ThreadResources['pools'],
  maxBytes: number,
  onOver: () => void,
): ThreadResources['pools'] {
  let bytes = 0;
  async function* counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) {
        onOver();
        return;
      }
      yield chunk;
    }
  }
  return {
    readExternalLabels: (target, limits) => pools.readExternalLabels(target, limits),
    async openFederate(target, read) {
      const response = await pools.openFederate(target, read);
      return { ...response, body: counted(response.body) };
    },
  };
}
