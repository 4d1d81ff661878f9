import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** A host whose address nobody outside may make Alloy speak to. */
export class AddressRefused extends Error {
  readonly code = 'address_refused';
  constructor() {
    super('the host has an address that is not allowed');
    this.name = 'AddressRefused';
  }
}

export interface AddressGuard {
  /** Throws `AddressRefused` for an address written out; a name is checked when it is resolved. */
  checkHost(host: string): void;
  /** For `net.connect` and its kin: what is checked is what is connected to, so a name that changes its address in between gains nothing. */
  readonly lookup: LookupFunction;
}

/** Refuses link-local (where clouds keep their credentials), unspecified, multicast and, unless allowed, loopback addresses; in every spelling. */
export function addressGuard({ allowLoopback, resolve = dnsLookup as Resolve }: { readonly allowLoopback: boolean; readonly resolve?: Resolve }): AddressGuard {
  const refused = refusedAddresses(allowLoopback);
  const isRefused = (address: string): boolean => refused.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return {
    checkHost(host) {
      const address = host.replace(/^\[|\]$/g, '');
      if (isIP(address) !== 0 && isRefused(address)) throw new AddressRefused();
    },
    lookup(host, options, callback) {
      resolve(host, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, '');
        if (addresses.length === 0 || addresses.some(({ address }) => isRefused(address))) return callback(new AddressRefused(), '');
        if (options.all) return callback(null, addresses);
        callback(null, addresses[0]!.address, addresses[0]!.family);
      });
    },
  };
}

type Resolve = (host: string, options: object, callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

function refusedAddresses(allowLoopback: boolean): BlockList {
  const list = new BlockList();
  const v4: Array<[string, number]> = [['169.254.0.0', 16], ['224.0.0.0', 4], ['240.0.0.0', 4], ['100.100.100.200', 32], ...(allowLoopback ? [] : [['127.0.0.0', 8], ['0.0.0.0', 8]] as Array<[string, number]>)];
  for (const [net, prefix] of v4) {
    list.addSubnet(net, prefix, 'ipv4');
    // The same addresses as IPv6 spells them: NAT64 and 6to4; the mapped form is known to BlockList itself.
    list.addSubnet(`64:ff9b::${net}`, 96 + prefix, 'ipv6');
    list.addSubnet(sixToFour(net), 16 + prefix, 'ipv6');
  }
  list.addSubnet('fe80::', 10, 'ipv6');
  list.addSubnet('fec0::', 10, 'ipv6');
  list.addSubnet('ff00::', 8, 'ipv6');
  list.addAddress('fd00:ec2::254', 'ipv6');
  if (!allowLoopback) for (const address of ['::', '::1']) list.addAddress(address, 'ipv6');
  return list;
}

const sixToFour = (net: string): string => {
  const [a, b, c, d] = net.split('.').map(Number) as [number, number, number, number];
  return `2002:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}::`;
};
