import type { ListenAddress } from '../model/listen-address.ts';

export type Scheme = 'http' | 'https';

/** The URL under which a client on this host reaches the address. */
export function serverUrl(scheme: Scheme, { host, port }: ListenAddress): string {
  if (host === '' || host === '::' || host === '0.0.0.0') return `${scheme}://localhost:${port}`;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
