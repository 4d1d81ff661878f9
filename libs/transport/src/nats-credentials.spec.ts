import { connectionOptionsOf, hostsOf } from './nats-credentials';

describe('connectionOptionsOf', () => {
  it.each([
    ['nats://127.0.0.1:4222', { servers: ['nats://127.0.0.1:4222'] }],
    ['127.0.0.1:4222', { servers: ['nats://127.0.0.1:4222'] }],
    ['nats://ada:p%40ss@nats:4222', { servers: ['nats://nats:4222'], user: 'ada', pass: 'p@ss' }],
    ['nats://s3cr3t@nats:4222', { servers: ['nats://nats:4222'], token: 's3cr3t' }],
    ['tls://ada:pass@a:4222, tls://b:4222', { servers: ['tls://a:4222', 'tls://b:4222'], user: 'ada', pass: 'pass' }],
  ])('reads hosts and login from %s', (url, options) => expect(connectionOptionsOf({ url })).toEqual(options));

  it('names the variable and the file that cannot be read', () => {
    expect(() => connectionOptionsOf({ url: 'nats://a', credsFile: '/nowhere/a.creds' })).toThrow(
      "NATS_CREDS names /nowhere/a.creds, which can't be read (ENOENT)",
    );
    expect(() => connectionOptionsOf({ url: 'nats://a', nkeyFile: '/nowhere/a.nk' })).toThrow(
      "NATS_NKEY names /nowhere/a.nk, which can't be read (ENOENT)",
    );
    expect(() => connectionOptionsOf({ url: 'nats://a', caFile: '/nowhere/ca.pem' })).toThrow(
      "NATS_CA names /nowhere/ca.pem, which can't be read (ENOENT)",
    );
  });
});

it('hostsOf returns the hosts of a URL without credentials', () => {
  expect(hostsOf('nats://ada:p@nats:4222, tls://b:4223/x')).toBe('nats:4222, b:4223');
});
