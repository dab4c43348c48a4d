import { GatewayError } from '../../model/errors.ts';

/** The whole body of a replica's answer as text. @throws GatewayError `PG_LIMIT_BUFFER` where it is longer than `maxBytes` */
export async function readText(body: AsyncIterable<Uint8Array>, replica: string, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) {
      const reason = `replica ${replica}: the answer exceeds query.limits.max_upstream_bytes ${maxBytes}`;
      throw new GatewayError('PG_LIMIT_BUFFER', reason, { details: { replica } });
    }
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}
