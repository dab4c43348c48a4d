import { get } from 'node:http';

/** Counts the sample lines of an answer of any size without keeping it. Throws when the answer breaks off. */
export function countSamples(url: string): Promise<{ samples: number; families: number; shardsUp: number }> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      const counter = createLineCounter();
      response.on('data', (chunk: Buffer) => counter.push(chunk));
      response.on('error', reject);
      response.on('end', () => (response.complete ? resolve(counter.result()) : reject(new Error('cut short'))));
    }).on('error', reject);
  });
}

const LF = 0x0a;
const HASH = 0x23;
const TRAILER = Buffer.from('promgate_federate_shard_up{');
const TRAILER_KEPT = 64 << 10;

function createLineCounter(): { push(chunk: Buffer): void; result(): ReturnType<typeof emptyCount> } {
  const count = emptyCount();
  let atLineStart = true;
  let tail = Buffer.alloc(0);
  return {
    push(chunk) {
      for (let start = 0; start < chunk.length;) {
        if (atLineStart) count[chunk[start] === HASH ? 'families' : 'samples']++;
        const end = chunk.indexOf(LF, start);
        atLineStart = end >= 0;
        start = end < 0 ? chunk.length : end + 1;
      }
      tail = Buffer.concat([tail, chunk]).subarray(-TRAILER_KEPT);
    },
    result() {
      for (let at = tail.indexOf(TRAILER); at >= 0; at = tail.indexOf(TRAILER, at + 1)) {
        const end = tail.indexOf(LF, at);
        if (tail.subarray(at, end).toString().endsWith(' 1')) count.shardsUp++;
      }
      return count;
    },
  };
}

function emptyCount(): { samples: number; families: number; shardsUp: number } {
  return { samples: 0, families: 0, shardsUp: 0 };
}
