import { networkInterfaces } from 'node:os';
import fc from 'fast-check';
import { AddressRefused, addressGuard, type AddressGuardOptions } from './address-guard';
import { metadataAddresses } from './metadata-addresses';

const checked =
  (allowLoopback: boolean, host: string, more: Partial<AddressGuardOptions> = {}) =>
  () =>
    addressGuard({ allowLoopback, ...more }).checkHost(host);
const resolving = (addresses: readonly string[], more: Partial<AddressGuardOptions> = {}) =>
  new Promise<string | readonly unknown[]>((resolve, reject) => {
    const guard = addressGuard({
      allowLoopback: false,
      ...more,
      resolve: (_host, _options, callback) =>
        callback(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        ),
    });
    guard.lookup('name.example', {}, (error, address) => (error ? reject(error) : resolve(address as string)));
  });

const hex = (ipv4: string): string =>
  ipv4
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')
    .replace(/^(.{4})/, '$1:');
/** An IPv4 address in an IPv6 spelling. */
const spellings: Readonly<Record<string, (ipv4: string) => string>> = {
  'IPv4-mapped': (ipv4) => `::ffff:${ipv4}`,
  'IPv4-mapped in hex': (ipv4) => `::ffff:${hex(ipv4)}`,
  'IPv4-compatible': (ipv4) => `::${ipv4}`,
  'IPv4-translated': (ipv4) => `::ffff:0:${hex(ipv4)}`,
  NAT64: (ipv4) => `64:ff9b::${hex(ipv4)}`,
  '6to4': (ipv4) => `2002:${hex(ipv4)}::1`,
};

describe('a literal address', () => {
  it.each([
    '169.254.169.254', '169.254.170.2', '168.63.129.16', '192.0.0.192', '192.0.0.1', '100.100.100.200', '224.0.0.1',
    '240.0.0.1', '255.255.255.255', '[fe80::1]', '[fe80::a9fe:a9fe]', '[fec0::1]', '[ff02::1]', '[fd00:ec2::254]',
    '[fd20:ce::254]', '[64:ff9b:1::1]', '[64:ff9b:1:ffff::a9fe:a9fe]', '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
    'fe80::1%eth0',
  ])('%s is always refused', (host) => {
    for (const allowLoopback of [true, false]) expect(checked(allowLoopback, host)).toThrow(AddressRefused);
  });
  it.each(['127.0.0.1', '127.9.9.9', '0.0.0.0', '0.1.2.3', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[0:0:0:0:0:0:0:1]'])(
    '%s is refused unless loopback is allowed',
    (host) => expect(checked(false, host)).toThrow(AddressRefused),
  );
  it.each(['127.0.0.1', '[::1]'])('%s is accepted if loopback is allowed', (host) => expect(checked(true, host)).not.toThrow());
  it.each([
    '10.0.0.1', '192.168.1.1', '8.8.8.8', '168.63.129.17', '192.0.2.1', '100.64.0.1', '[2001:db8::1]',
    '[2606:4700::1111]', '[fd00::1]', '[64:ff9b::808:808]', 'name.example',
  ])('%s is accepted', (host) => {
    expect(checked(false, host, { ownAddresses: () => [] })).not.toThrow();
  });
  it.each(metadataAddresses)('%s is refused: %s', (address) => expect(checked(true, address)).toThrow(AddressRefused));
});

describe.each(Object.entries(spellings))('an IPv4 address spelled as %s', (_name, spell) => {
  const byte = fc.nat(255);
  it('is refused if and only if the IPv4 address is refused', () => {
    const ipv4 = fc
      .oneof(
        fc.tuple(byte, byte, byte, byte),
        fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
        fc.tuple(fc.constant(127), byte, byte, byte),
        fc.tuple(fc.constant(0), byte, byte, byte),
        fc.constantFrom([168, 63, 129, 16], [192, 0, 0, 192], [100, 100, 100, 200], [10, 1, 2, 3]),
      )
      .map((bytes) => bytes.join('.'));
    const isRefused = (host: string): boolean => {
      try {
        addressGuard({ allowLoopback: false, ownAddresses: () => ['10.1.2.3'] }).checkHost(host);
        return false;
      } catch {
        return true;
      }
    };
    fc.assert(fc.property(ipv4, (address) => expect([address, isRefused(spell(address))]).toEqual([address, isRefused(address)])));
  });
});

describe('a connection to the machine itself', () => {
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));

  it.each(own)('is refused for %s, an address of its interfaces', async (address) => {
    expect(checked(false, address)).toThrow(AddressRefused);
    await expect(resolving([address])).rejects.toBeInstanceOf(AddressRefused);
  });

  it('is refused for an address that an interface gets later, and accepted after the interface loses it', async () => {
    let addresses: readonly string[] = [];
    const more = { ownAddresses: () => addresses };
    const guard = addressGuard({ allowLoopback: false, ...more });
    expect(() => guard.checkHost('10.9.8.7')).not.toThrow();
    addresses = ['10.9.8.7', '2001:db8::7'];
    for (const host of ['10.9.8.7', '[2001:db8::7]', '[::ffff:10.9.8.7]', '[64:ff9b::a09:807]'])
      expect(() => guard.checkHost(host)).toThrow(AddressRefused);
    await expect(resolving(['8.8.8.8', '10.9.8.7'], more)).rejects.toBeInstanceOf(AddressRefused);
    addresses = [];
    expect(() => guard.checkHost('10.9.8.7')).not.toThrow();
  });

  it('is accepted if loopback is allowed', () => expect(checked(true, '10.9.8.7', { ownAddresses: () => ['10.9.8.7'] })).not.toThrow());
});

describe('a host name', () => {
  it('resolves to its address', async () => expect(await resolving(['8.8.8.8'])).toBe('8.8.8.8'));
  it.each([
    [['127.0.0.1']],
    [['169.254.169.254']],
    [['8.8.8.8', '::1']],
    [['168.63.129.16']],
    [['64:ff9b:1::a9fe:a9fe']],
    [['8.8.8.8', 'not-an-address']],
    [['fe80::1%eth0']],
    [[]],
  ])('is refused for %j', async (addresses) => {
    await expect(resolving(addresses)).rejects.toBeInstanceOf(AddressRefused);
  });
});
