import { addressGuard, AddressRefused } from '@alloy/service';
import { jwtVerify } from 'jose';
import { openIssuer, type LocalIssuer } from '../../testing/local-issuer';
import { IssuerKeys } from './issuer-keys';

let issuer: LocalIssuer;
beforeEach(async () => {
  issuer = await openIssuer();
});
afterEach(() => issuer?.close());

const guard = addressGuard({ allowLoopback: true });
const verified = async (keys: IssuerKeys) => (await jwtVerify(await issuer.sign({ sub: 'someone' }), await keys.of(issuer.url))).payload.sub;

it('fetches the keys once', async () => {
  const keys = new IssuerKeys(guard);
  for (let i = 0; i < 3; i += 1) expect(await verified(keys)).toBe('someone');
  expect(issuer.fetched()).toBe(1);
});

it('fetches them anew when they have rotated', async () => {
  const keys = new IssuerKeys(guard, 0);
  expect(await verified(keys)).toBe('someone');
  await issuer.rotate();
  expect(await verified(keys)).toBe('someone');
  expect(issuer.fetched()).toBe(2);
});

it('is not made to fetch them by tokens with unknown keys, more often than now and then', async () => {
  const keys = new IssuerKeys(guard);
  await verified(keys);
  await issuer.rotate();
  for (let i = 0; i < 3; i += 1) await expect(verified(keys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  expect(issuer.fetched()).toBe(1);
});

it('asks nobody on this machine itself unless told to', async () => {
  await expect(new IssuerKeys(addressGuard({ allowLoopback: false })).of(issuer.url)).rejects.toBeInstanceOf(AddressRefused);
});

it('asks again after a failure', async () => {
  const keys = new IssuerKeys(guard);
  const { url } = issuer;
  await issuer.close();
  await expect(keys.of(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  issuer = await openIssuer();
  expect(await verified(keys)).toBe('someone');
});
