import { describe, expect, it } from 'vitest';
import type { DnsSourceConfig } from '../../../../src/config/config.ts';
import { createDnsReader, type NameResolver } from '../../../../src/topology/discovery/dns-reader.ts';

const never = new AbortController().signal;

function readerOf(config: Partial<DnsSourceConfig>, resolver: Partial<NameResolver>) {
  const unexpected = (): Promise<never> => Promise.reject(new Error('not expected'));
  const source: DnsSourceConfig = {
    kind: 'dns',
    names: ['prom.example'],
    type: 'SRV',
    refreshIntervalMs: 1000,
    ...config,
  };
  return createDnsReader(source, { addresses: unexpected, services: unexpected, ...resolver });
}

const failing = (code: string) => ({ services: () => Promise.reject(Object.assign(new Error(code), { code })) });
const addresses = async (reader: ReturnType<typeof readerOf>): Promise<string[]> =>
  (await reader.read('prom.example', never)).map(({ address }) => address);

describe('dns_sd_configs', () => {
  it('takes host and port from SRV records', async () => {
    const services = async () => [
      { name: 'b.example.', port: 9091 },
      { name: 'a.example', port: 9090 },
    ];
    expect(await addresses(readerOf({}, { services }))).toEqual(['b.example:9091', 'a.example:9090']);
  });

  it('takes the address from A and AAAA records, and the port from the configuration', async () => {
    const resolver: Partial<NameResolver> = {
      addresses: async (_name, type) => (type === 'A' ? ['10.0.0.2', '10.0.0.1'] : ['2001:db8::1']),
    };
    expect(await addresses(readerOf({ type: 'A', port: 9090 }, resolver))).toEqual(['10.0.0.2:9090', '10.0.0.1:9090']);
    expect(await addresses(readerOf({ type: 'AAAA', port: 1 }, resolver))).toEqual(['[2001:db8::1]:1']);
  });

  it('has a part for each name', async () => {
    expect(await readerOf({ names: ['a', 'b'] }, {}).parts()).toEqual(['a', 'b']);
  });

  it('tells a name without records, which is an answer, from a name that does not exist', async () => {
    expect(await addresses(readerOf({}, failing('ENODATA')))).toEqual([]);
    await expect(addresses(readerOf({}, failing('ENOTFOUND')))).rejects.toThrow('SRV records: no such name (NXDOMAIN)');
  });

  it.each([
    ['ESERVFAIL', 'the name server failed (SERVFAIL)'],
    ['ETIMEOUT', 'the name server did not answer in time'],
    ['EODD', 'SRV records: EODD'],
  ])('says what %s means', async (code, message) => {
    await expect(addresses(readerOf({}, failing(code)))).rejects.toThrow(message);
  });

  it('refuses records that are no address', async () => {
    const services = async () => [{ name: '.', port: 9090 }];
    await expect(addresses(readerOf({}, { services }))).rejects.toThrow('expected host:port');
  });
});
