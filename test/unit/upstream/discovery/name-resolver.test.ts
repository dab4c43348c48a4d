import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DnsSourceConfig } from '../../../../src/config/config.ts';
import { createDnsReader } from '../../../../src/topology/discovery/dns-reader.ts';
import { createNameResolver } from '../../../../src/upstream/discovery/name-resolver.ts';
import { addressRecord, serviceRecord, startNameServer, type NameServer } from './name-server.ts';

let server: NameServer;
beforeAll(async () => {
  server = await startNameServer({
    '_prom._tcp.example': [serviceRecord('b.example', 9091), serviceRecord('a.example', 9090)],
    'prom.example': [addressRecord('10.0.0.2'), addressRecord('10.0.0.1')],
    'empty.example': [],
    'broken.example': { code: 2 },
  });
});
afterAll(() => server.close());

async function addresses(name: string, type: DnsSourceConfig['type']): Promise<string[]> {
  const source = { kind: 'dns', names: [name], type, port: 9090, refreshIntervalMs: 1000 } as const;
  const reader = createDnsReader(source, createNameResolver([server.address]));
  const targets = await reader.read(name, new AbortController().signal);
  return targets.map(({ address }) => address).sort();
}

it('asks a name server for the records of a name', async () => {
  expect(await addresses('_prom._tcp.example', 'SRV')).toEqual(['a.example:9090', 'b.example:9091']);
  expect(await addresses('prom.example', 'A')).toEqual(['10.0.0.1:9090', '10.0.0.2:9090']);
});

it.each(['SRV', 'A', 'AAAA'] as const)('takes a name without %s records for one without targets', async (type) => {
  expect(await addresses('empty.example', type)).toEqual([]);
});

it('fails for a name that does not exist, and for a name server that does not know', async () => {
  await expect(addresses('nowhere.example', 'A')).rejects.toThrow('A records: no such name (NXDOMAIN)');
  await expect(addresses('broken.example', 'SRV')).rejects.toThrow('SRV records: the name server failed (SERVFAIL)');
});
