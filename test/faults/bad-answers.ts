import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { ConnectionScript } from '../servers/fault/switch-proxy.ts';

const CRLF = '\r\n';
const TEXT = 'content-type: text/plain; version=0.0.4; charset=utf-8';
const CHUNKED = 'transfer-encoding: chunked';

function head(status: string, ...headers: string[]): string {
  return [`HTTP/1.1 ${status}`, ...headers, '', ''].join(CRLF);
}

/** Plays once a whole request head has arrived, for each request of the connection. */
function onRequest(play: (client: Socket) => void): ConnectionScript {
  return (client) => {
    let received = '';
    client.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1');
      if (!received.includes(`${CRLF}${CRLF}`)) return;
      received = '';
      play(client);
    });
  };
}

/** Sends a whole answer. */
function answer(status: string, headers: readonly string[], body: string | Uint8Array = ''): ConnectionScript {
  const bytes = Buffer.from(body);
  const start = head(status, ...headers, `content-length: ${bytes.length}`);
  return onRequest((client) => client.write(Buffer.concat([Buffer.from(start), bytes])));
}

/** A body that looks like one: its samples are of this moment. */
function plausibleBody(series: number): string {
  const line = (i: number): string => `a_plausible_metric{number="${i}"} ${i} ${Date.now()}\n`;
  return `# TYPE a_plausible_metric untyped\n${Array.from({ length: series }, (_, i) => line(i)).join('')}`;
}

function gzipped(damage: (bytes: Buffer) => Uint8Array): ConnectionScript {
  return answer('200 OK', [TEXT, 'content-encoding: gzip'], damage(gzipSync(plausibleBody(2000))));
}

function chunk(piece: string): string {
  return `${piece.length.toString(16)}${CRLF}${piece}${CRLF}`;
}

/** The process that plays it serves the targets of the fleet, too, and must have time for them. */
const FLOOD_EVERY_MS = 5;

/** Sends a piece every few ms, if the reader takes it, until `pieces` are sent or it has had enough. */
function flood(first: string, piece: (i: number) => string, pieces: number): ConnectionScript {
  return onRequest((client) => {
    client.write(head('200 OK', TEXT, CHUNKED) + chunk(first));
    let sent = 0;
    const timer = setInterval(() => {
      if (client.writableNeedDrain) return;
      if (sent < pieces) client.write(chunk(piece(sent++)));
      else clearInterval(timer);
    }, FLOOD_EVERY_MS);
    client.on('close', () => clearInterval(timer));
  });
}

/** A few bytes of a sound body at a time. */
function drip(bytes: number, everyMs: number): ConnectionScript {
  return onRequest((client) => {
    const body = plausibleBody(2000);
    client.write(head('200 OK', TEXT, `content-length: ${body.length}`));
    let at = 0;
    const timer = setInterval(() => {
      client.write(body.slice(at, at + bytes));
      at += bytes;
    }, everyMs);
    client.on('close', () => clearInterval(timer));
  });
}

const HUGE_PIECE = 'x'.repeat(100_000);
const html = '<!DOCTYPE html><html><body>Sign in</body></html>\n';

type BadAnswer =
  | 'hung'
  | 'hungInHeaders'
  | 'slowDrip'
  | 'resetInHeaders'
  | 'resetInBody'
  | 'tooManyRequests'
  | 'unavailable'
  | 'redirect'
  | 'wrongContentType'
  | 'htmlAsHtml'
  | 'htmlAsText'
  | 'truncatedGzip'
  | 'corruptGzip'
  | 'endlessLines'
  | 'endlessComments'
  | 'garbage'
  | 'notHttp'
  | 'hugeLine';

/** What a wrong server answers. */
export const badAnswers: Readonly<Record<BadAnswer, ConnectionScript>> = {
  hung: () => undefined,
  hungInHeaders: onRequest((client) => client.write(`HTTP/1.1 200 OK${CRLF}${TEXT}${CRLF}`)),
  slowDrip: drip(8, 50),
  resetInHeaders: onRequest((client) => {
    client.write(`HTTP/1.1 200 OK${CRLF}${TEXT}`, () => client.resetAndDestroy());
  }),
  resetInBody: onRequest((client) => {
    client.write(head('200 OK', TEXT, 'content-length: 1000000') + plausibleBody(500), () => client.resetAndDestroy());
  }),
  tooManyRequests: answer('429 Too Many Requests', ['retry-after: 30'], 'slow down\n'),
  unavailable: answer('503 Service Unavailable', ['retry-after: 30'], 'starting\n'),
  redirect: answer('302 Found', ['location: http://127.0.0.1:1/elsewhere']),
  wrongContentType: answer('200 OK', ['content-type: application/json'], '{"status":"success"}'),
  htmlAsHtml: answer('200 OK', ['content-type: text/html'], html),
  htmlAsText: answer('200 OK', [TEXT], html),
  truncatedGzip: gzipped((bytes) => bytes.subarray(0, -100)),
  corruptGzip: gzipped((bytes) => bytes.fill(0x55, 5000, 5200)),
  endlessLines: flood(
    '# TYPE zz_endless untyped\n',
    (piece) => {
      const line = (i: number): string =>
        `zz_endless{number="${String(piece * 100 + i).padStart(12, '0')}"} 1 ${Date.now()}\n`;
      return Array.from({ length: 100 }, (_, i) => line(i)).join('');
    },
    Infinity,
  ),
  endlessComments: flood('# nothing\n', () => '# nothing\n'.repeat(5000), Infinity),
  garbage: answer('200 OK', [TEXT], Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 251))),
  notHttp: onRequest((client) => client.write('SSH-2.0-OpenSSH_9.6\r\n')),
  hugeLine: flood('m{a="', () => HUGE_PIECE, 1000),
};
