import { Resolver } from 'node:dns/promises';
import type { NameResolver } from '../../topology/discovery/dns-reader.ts';

const timeoutMs = 5000;
const tries = 2;

/** The name servers that the system is configured with. Names are taken as they are: no search list, no hosts file. */
export function createNameResolver(servers?: readonly string[]): NameResolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    addresses: (name, type) => (type === 'A' ? resolver.resolve4(name) : resolver.resolve6(name)),
    services: (name) => resolver.resolveSrv(name),
  };
}
