import type { DnsSourceConfig } from '../../config/config.ts';
import { toTargets } from './discovered-target.ts';
import type { SourceReader } from './source-reader.ts';

/** Asks the DNS; rejects with the code of `node:dns`, such as `ENOTFOUND`. */
export interface NameResolver {
  addresses(name: string, type: 'A' | 'AAAA'): Promise<readonly string[]>;
  services(name: string): Promise<readonly { readonly name: string; readonly port: number }[]>;
}

/** Reads `dns_sd_configs`: a part is a name. */
export function createDnsReader({ names, type, port = 0 }: DnsSourceConfig, resolver: NameResolver): SourceReader {
  const lookUp = async (name: string): Promise<string[]> => {
    if (type !== 'SRV') return (await resolver.addresses(name, type)).map((address) => hostPort(address, port));
    const services = await resolver.services(name);
    return services.map((service) => hostPort(service.name.replace(/\.$/, ''), service.port));
  };
  return {
    parts: async () => names,
    async read(name) {
      try {
        return toTargets([{ targets: await lookUp(name), labels: {} }]);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // The name exists and has no such records: that is an answer. A name that does not exist is a mistake somewhere.
        if (code === 'ENODATA') return [];
        throw code === undefined ? error : new Error(describe(code, type), { cause: error });
      }
    },
  };
}

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such name (NXDOMAIN)',
  ESERVFAIL: 'the name server failed (SERVFAIL)',
  EREFUSED: 'the name server refused to answer',
  ETIMEOUT: 'the name server did not answer in time',
  ECONNREFUSED: 'the name server cannot be reached',
};

function describe(code: string, type: string): string {
  return `${type} records: ${reasons[code] ?? code}`;
}
