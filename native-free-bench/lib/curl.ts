import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What curl saw of one transfer. */
export interface Transfer {
  readonly status: number;
  readonly firstByteMs: number;
  readonly totalMs: number;
  readonly bytes: number;
}

export interface CurlOptions {
  /** Where the body goes; it is dropped by default, which costs nearly no processor time. */
  readonly output?: string;
  readonly headers?: readonly string[];
  /** Asks for gzip and inflates it. */
  readonly compressed?: boolean;
}

/** Selector that every series matches. */
const EVERYTHING = '{__name__!=""}';

/** `server`: base URL without a trailing slash. */
export function federateUrl(server: string, match: readonly string[] = [EVERYTHING]): string {
  const query = match.map((selector) => `match[]=${encodeURIComponent(selector)}`).join('&');
  return `${server}/federate?${query}`;
}

/**
 * One GET by a curl process of its own: the client then is the same for whatever is measured, and neither its reading nor
 * its garbage is on the event loop of the bench. Throws when the transfer breaks or the status is not 200.
 */
export async function curl(url: string, options: CurlOptions = {}): Promise<Transfer> {
  const headers = (options.headers ?? []).flatMap((header) => ['-H', header]);
  const format = '%{http_code} %{time_starttransfer} %{time_total} %{size_download}';
  const flags = ['-sS', '-g', ...(options.compressed === true ? ['--compressed'] : [])];
  const { stdout } = await run('curl', [...flags, ...headers, '-o', options.output ?? '/dev/null', '-w', format, url]);
  const [status, firstByte, total, bytes] = stdout.split(' ').map(Number) as [number, number, number, number];
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  return { status, firstByteMs: firstByte * 1_000, totalMs: total * 1_000, bytes };
}

/**
 * All at once, as one transfer: it ends with the slowest one and begins with the slowest first byte. Times are curl's own,
 * so that the start of the processes counts on neither side of a comparison.
 */
export async function curlAll(urls: readonly string[], options: CurlOptions = {}): Promise<Transfer> {
  const transfers = await Promise.all(urls.map((url) => curl(url, options)));
  return {
    status: 200,
    firstByteMs: Math.max(...transfers.map((transfer) => transfer.firstByteMs)),
    totalMs: Math.max(...transfers.map((transfer) => transfer.totalMs)),
    bytes: transfers.reduce((sum, transfer) => sum + transfer.bytes, 0),
  };
}
