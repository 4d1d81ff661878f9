import { BlockList, isIP } from 'node:net';

export interface ProxyEnvironment {
  /** URL of the proxy for https:// servers; default none. */
  readonly httpsProxy?: string | undefined;
  /**
   * Servers that are called without the proxy, separated by commas: `*`, domain names (which include their subdomains),
   * addresses, networks such as 10.0.0.0/8.
   */
  readonly noProxy?: string | undefined;
}

/**
 * The proxy that kubectl would use for `server`, according to HTTPS_PROXY and NO_PROXY. Loopback addresses are always
 * called directly. Source: golang.org/x/net/http/httpproxy.
 */
export function proxyFor(server: string, { httpsProxy, noProxy = '' }: ProxyEnvironment): string | undefined {
  const { protocol, hostname } = new URL(server);
  if (!httpsProxy || protocol !== 'https:') return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const excluded = [...noProxy.split(','), 'localhost', '127.0.0.0/8', '::1'].map((entry) => entry.trim().toLowerCase());
  return excluded.some((entry) => matches(host, entry)) ? undefined : httpsProxy;
}

function matches(host: string, entry: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [address = '', bits] = entry.split('/');
  if (isIP(address)) return isIP(host) > 0 && includes(host, address, bits);
  const name = entry.replace(/^\*?\./, '').replace(/:\d+$/, '');
  return host === name || host.endsWith(`.${name}`);
}

function includes(host: string, address: string, bits: string | undefined): boolean {
  const family = (text: string): 'ipv4' | 'ipv6' => (isIP(text) === 4 ? 'ipv4' : 'ipv6');
  const network = new BlockList();
  const size = isIP(address) === 4 ? 32 : 128;
  const prefix = bits === undefined ? size : Number(bits);
  if (!(prefix >= 0 && prefix <= size)) return false;
  network.addSubnet(address, prefix, family(address));
  return network.check(host, family(host));
}
