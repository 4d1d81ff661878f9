import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { refusedEverywhere, refusedHere } from './refused-addresses';

/** The host has an address to which Alloy does not connect on behalf of a user. */
export class AddressRefused extends Error {
  readonly code = 'address_refused';
  constructor() {
    super('the host has an address that is not allowed');
    this.name = 'AddressRefused';
  }
}

export interface AddressGuard {
  /** Throws `AddressRefused` for a refused literal address; a name is checked when it is resolved. */
  checkHost(host: string): void;
  /**
   * For `net.connect` and similar: checks the address to which it connects, so a name cannot change its address between
   * check and connection.
   */
  readonly lookup: LookupFunction;
}

export interface AddressGuardOptions {
  /** Whether loopback and the addresses of this machine's own interfaces are allowed. */
  readonly allowLoopback: boolean;
  /** Default: the system's resolver. */
  readonly resolve?: Resolve;
  /** Addresses of this machine, read at each check because interfaces change; default: those of all interfaces. */
  readonly ownAddresses?: () => readonly string[];
}

/**
 * Refuses link-local and metadata addresses (where clouds serve their credentials), unspecified and multicast addresses
 * and, unless allowed, loopback and the machine's own addresses; in every spelling.
 */
export function addressGuard({
  allowLoopback,
  resolve = dnsLookup as Resolve,
  ownAddresses = interfaceAddresses,
}: AddressGuardOptions): AddressGuard {
  const always = refusedEverywhere(allowLoopback);
  const refusals = () => (allowLoopback ? [always] : [always, refusedHere(ownAddresses())]);
  const isRefused = (address: string): boolean => {
    const family = isIP(address);
    // A text that is not an address cannot be checked, so it is refused.
    return family === 0 || refusals().some((list) => list.check(withoutZone(address), family === 6 ? 'ipv6' : 'ipv4'));
  };
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

const withoutZone = (address: string): string => address.replace(/%.*$/, '');

const interfaceAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => withoutZone(address)));
