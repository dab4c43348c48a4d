import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Answers to questions by name: records, or a response code (3 = no such name). */
export type Zone = Readonly<Record<string, readonly Uint8Array[] | { readonly code: number }>>;

export interface NameServer {
  readonly address: string;
  close(): void;
}

const types = { A: 1, AAAA: 28, SRV: 33 } as const;

const nameBytes = (name: string): Buffer =>
  Buffer.concat([...name.split('.').flatMap((label) => [Buffer.of(label.length), Buffer.from(label)]), Buffer.of(0)]);

function record(type: keyof typeof types, content: Uint8Array): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(types[type], 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(1, 4);
  head.writeUInt16BE(content.length, 8);
  // The name is that of the question.
  return Buffer.concat([Buffer.of(0xc0, 12), head, content]);
}

export const addressRecord = (address: string): Buffer => record('A', Buffer.from(address.split('.').map(Number)));

export function serviceRecord(name: string, port: number): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(port, 4);
  return record('SRV', Buffer.concat([head, nameBytes(name)]));
}

/** A name server for what a test asks; other names do not exist. */
export async function startNameServer(zone: Zone): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, peer) => {
    let end = 12;
    const labels: string[] = [];
    for (let length = query[end]!; length > 0; length = query[end]!) {
      labels.push(query.toString('latin1', end + 1, end + 1 + length));
      end += 1 + length;
    }
    const found = zone[labels.join('.').toLowerCase()] ?? { code: 3 };
    const records = 'code' in found ? [] : found;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | ('code' in found ? found.code : 0), 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt16BE(0, 8);
    head.writeUInt16BE(0, 10);
    socket.send(Buffer.concat([head, query.subarray(12, end + 5), ...records]), peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}
