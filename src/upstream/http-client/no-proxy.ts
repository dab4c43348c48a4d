import { BlockList, isIP } from 'node:net';

/**
 * Whether a host is asked without a proxy by a list such as `NO_PROXY`: names (with all below them; with a dot in front,
 * those below alone), addresses, networks (`10.0.0.0/8`), each with a port or without, `*` for all. The host itself is
 * always asked directly as `localhost` or a loopback address. `host` is without brackets.
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export function isExemptFromProxy(list: string, host: string, port: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name === 'localhost' || isLoopback(name)) return true;
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, name, port));
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(name: string): boolean {
  return isIP(name) !== 0 && loopback.check(name, isIP(name) === 6 ? 'ipv6' : 'ipv4');
}

function matches(entry: string, name: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(entry, name);
  const [, pattern = '', wantedPort] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const bare = pattern.replace(/^\[|\]$/g, '').replace(/^\*(?=\.)/, '');
  if (isIP(name) !== 0) return isIP(bare) !== 0 && isInNetwork(`${bare}/${isIP(bare) === 6 ? 128 : 32}`, name);
  return bare.startsWith('.') ? name.endsWith(bare) : name === bare || name.endsWith(`.${bare}`);
}

function isInNetwork(entry: string, name: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(name) !== family || !/^\d+$/.test(bits) || Number(bits) > (family === 6 ? 128 : 32)) {
    return false;
  }
  const block = new BlockList();
  const type = family === 6 ? 'ipv6' : 'ipv4';
  block.addSubnet(network, Number(bits), type);
  return block.check(name, type);
}
