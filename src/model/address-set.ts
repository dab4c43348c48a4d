import { BlockList, isIP } from 'node:net';

/** Some addresses. */
export interface AddressSet {
  /** False for what is no IP address. An IPv4 address that comes mapped into IPv6 is itself. */
  has(address: string | undefined): boolean;
}

/** The addresses of a list of IP addresses and CIDR ranges; undefined where an item is neither. */
export function createAddressSet(items: readonly string[]): AddressSet | undefined {
  const list = new BlockList();
  for (const item of items) {
    const [address = '', length, ...more] = item.split('/');
    const family = isIP(address);
    const bits = length === undefined ? (family === 4 ? 32 : 128) : Number(length);
    const isLength = length === undefined || (/^\d{1,3}$/.test(length) && bits <= (family === 4 ? 32 : 128));
    if (family === 0 || !isLength || more.length > 0) return undefined;
    list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    has(address) {
      const plain = (address ?? '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}
