import { createServer, type Server, type Socket } from 'node:net';
import { externalLabels, type Place } from '../data/data-set.ts';
import { LAST_CHUNK } from './chunked-framing.ts';
import { createNameMatcher } from './name-matcher.ts';
import { createReplayBody, type ReplayBody } from './replay-body.ts';
import type { ReplayReady, ReplaySpec } from './replay-spec.ts';

/*
 * A process of its own that serves federate bodies on 127.0.0.1, one port a replica, and does nothing else per request
 * than to hand bytes to the kernel. It speaks just enough HTTP/1.1 for that (GET, keep-alive): node:http would spend
 * more on framing 4 KiB chunks than the gateway on reading them, and then the server is what gets measured.
 *
 *   node native-free-bench/lib/replay-server.ts '<ReplaySpec as JSON>'
 */

const FEDERATE_HEAD =
  'HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8\r\nTransfer-Encoding: chunked\r\n\r\n';
const HEAD_END = '\r\n\r\n';
const LONGEST_HEAD = 1 << 20;

const spec = JSON.parse(process.argv[2] ?? '{}') as ReplaySpec;
const ready: ReplayReady = {
  ports: await Promise.all(
    Array.from({ length: spec.shards }, (_, shard) =>
      Promise.all(Array.from({ length: spec.replicas }, (_, replica) => serveReplica({ shard, replica }))),
    ),
  ),
};
console.log(JSON.stringify(ready));

async function serveReplica(place: Place): Promise<number> {
  const body = createReplayBody(spec, place);
  const server = createServer({ noDelay: true }, (socket) => serveConnection(socket, body, place));
  await listen(server);
  return (server.address() as { port: number }).port;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve());
  });
}

function serveConnection(socket: Socket, body: ReplayBody, place: Place): void {
  let pending = '';
  let answered: Promise<unknown> = Promise.resolve();
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    pending += chunk.toString('latin1');
    for (let end = pending.indexOf(HEAD_END); end >= 0; end = pending.indexOf(HEAD_END)) {
      const target = pending.slice(0, pending.indexOf('\r\n')).split(' ')[1] ?? '/';
      pending = pending.slice(end + HEAD_END.length);
      answered = answered.then(() => answer({ socket, body, place }, target));
    }
    if (pending.length > LONGEST_HEAD) socket.destroy();
  });
}

async function answer(to: { socket: Socket; body: ReplayBody; place: Place }, target: string): Promise<void> {
  const { socket, body, place } = to;
  const url = new URL(target, 'http://replay');
  if (url.pathname === '/federate') {
    const matcher = createNameMatcher(url.searchParams.getAll('match[]'));
    socket.write(FEDERATE_HEAD);
    if (await body.send(matcher, (bytes) => write(socket, bytes))) await write(socket, LAST_CHUNK);
    return;
  }
  const known = url.pathname === '/api/v1/status/config';
  const json = known ? statusConfig(place) : '{"status":"error","errorType":"not_found","error":"not served here"}';
  const status = known ? '200 OK' : '404 Not Found';
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n`;
  await write(socket, head + json);
}

/** Resolves when the kernel has taken all bytes, so that the caller may reuse them. */
function write(socket: Socket, bytes: Uint8Array | string): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve(false);
    else socket.write(bytes, (error) => resolve(error === undefined || error === null));
  });
}

function statusConfig(place: Place): string {
  const labels = Object.entries(externalLabels(place)).map(([name, value]) => `    ${name}: "${value}"\n`);
  return JSON.stringify({ status: 'success', data: { yaml: `global:\n  external_labels:\n${labels.join('')}` } });
}
