import { BlockList, isIP } from 'node:net';
import { metadataAddresses } from './metadata-addresses';

type Subnet = readonly [net: string, prefix: number];

/** Never the address of a host: link-local, multicast, reserved, and IETF protocol assignments (RFC 6890). */
const NEVER_IPV4: readonly Subnet[] = [['169.254.0.0', 16], ['192.0.0.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4]];
/**
 * Link-local, site-local, multicast; Teredo (RFC 4380) and local-use NAT64 (RFC 8215), which contain an unknown IPv4
 * address.
 */
const NEVER_IPV6: readonly Subnet[] = [['fe80::', 10], ['fec0::', 10], ['ff00::', 8], ['2001::', 32], ['64:ff9b:1::', 48]];
/** Addresses of the machine itself: Linux connects `0.0.0.0` and `::` to loopback. */
const LOOPBACK: readonly Subnet[] = [['127.0.0.0', 8], ['0.0.0.0', 8], ['::', 128], ['::1', 128]];

/**
 * Adds a subnet, and for an IPv4 subnet also its IPv6 spellings. `BlockList` itself recognizes IPv4-mapped addresses
 * (`::ffff:a.b.c.d`).
 */
function addEverySpelling(list: BlockList, [net, prefix]: Subnet): void {
  if (isIP(net) === 6) return list.addSubnet(net, prefix, 'ipv6');
  list.addSubnet(net, prefix, 'ipv4');
  // NAT64 (RFC 6052), IPv4-compatible (RFC 4291), IPv4-translated (RFC 2765).
  for (const head of ['64:ff9b::', '::', '::ffff:0:']) list.addSubnet(`${head}${net}`, 96 + prefix, 'ipv6');
  // 6to4 (RFC 3056).
  list.addSubnet(`2002:${inHex(net)}::`, 16 + prefix, 'ipv6');
}

const inHex = (ipv4: string): string => {
  const [a, b, c, d] = ipv4.split('.').map(Number) as [number, number, number, number];
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
};

const single = (address: string): Subnet => [address, isIP(address) === 6 ? 128 : 32];

export function blockListOf(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  subnets.forEach((subnet) => addEverySpelling(list, subnet));
  return list;
}

/** Addresses to which Alloy does not connect on behalf of a user, on any machine. */
export const refusedEverywhere = (allowLoopback: boolean): BlockList =>
  blockListOf([...NEVER_IPV4, ...NEVER_IPV6, ...(allowLoopback ? [] : LOOPBACK), ...metadataAddresses.map(([address]) => single(address))]);

/** The addresses of the machine's own interfaces. */
export const refusedHere = (addresses: readonly string[]): BlockList => blockListOf(addresses.map(single));
