import { GatewayError } from '../model/errors.ts';
import type { ListenAddress } from '../model/listen-address.ts';

/**
 * Parses `host:port`, `:port` and `[::1]:port`, as `--web.listen-address` of Prometheus.
 * @throws GatewayError `PG_USAGE`
 */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[(?<ipv6>[0-9a-fA-F:.%a-z]+)\]|(?<host>[^:[\]\s/]*)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port']);
  if (match?.groups === undefined || port > 65_535) {
    throw new GatewayError(
      'PG_USAGE',
      `bad listen address ${JSON.stringify(text)}: want host:port, :port or [ipv6]:port with a port of at most 65535`,
    );
  }
  return { host: match.groups['ipv6'] ?? match.groups['host'] ?? '', port };
}
