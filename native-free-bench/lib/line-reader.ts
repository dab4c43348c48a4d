import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The first line of `stream`; the rest is read and dropped, so that the writer never blocks. */
export function firstLine(stream: Readable, whatFor: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stream });
    lines.once('line', resolve);
    lines.once('close', () => reject(new Error(`${whatFor} ended without a line on its standard output`)));
  });
}
