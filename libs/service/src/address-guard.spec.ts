import { AddressRefused, addressGuard } from './address-guard';

const checked = (allowLoopback: boolean, host: string) => () => addressGuard({ allowLoopback }).checkHost(host);
const resolving = (addresses: readonly string[], allowLoopback = false) => new Promise<string | readonly unknown[]>((resolve, reject) => {
  const guard = addressGuard({ allowLoopback, resolve: (_host, _options, callback) => callback(null, addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))) });
  guard.lookup('name.example', {}, (error, address) => (error ? reject(error) : resolve(address as string)));
});

describe('an address written out', () => {
  it.each(['169.254.169.254', '[fe80::1]', '[::ffff:169.254.169.254]', '[64:ff9b::a9fe:a9fe]', '[fd00:ec2::254]', '224.0.0.1', '[ff02::1]'])('%s is refused always', (host) => {
    for (const allowLoopback of [true, false]) expect(checked(allowLoopback, host)).toThrow(AddressRefused);
  });
  it.each(['127.0.0.1', '127.9.9.9', '0.0.0.0', '[::1]', '[::]', '[::ffff:127.0.0.1]'])('%s is refused unless loopback is allowed', (host) => expect(checked(false, host)).toThrow(AddressRefused));
  it.each(['127.0.0.1', '[::1]'])('%s is taken where loopback is allowed', (host) => expect(checked(true, host)).not.toThrow());
  it.each(['10.0.0.1', '192.168.1.1', '8.8.8.8', '[2001:db8::1]', 'name.example'])('%s is taken', (host) => expect(checked(false, host)).not.toThrow());
});

describe('a name', () => {
  it('is what it resolves to', async () => expect(await resolving(['8.8.8.8'])).toBe('8.8.8.8'));
  it.each([[['127.0.0.1']], [['169.254.169.254']], [['8.8.8.8', '::1']], [[]]])('is refused for %j', async (addresses) => {
    await expect(resolving(addresses)).rejects.toBeInstanceOf(AddressRefused);
  });
});
