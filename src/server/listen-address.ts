import type { ListenAddress } from '../model/listen-address.ts';

/** The URL under which a client on this host reaches the address. */
export function serverUrl({ host, port }: ListenAddress): string {
  if (host === '' || host === '::' || host === '0.0.0.0') return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
