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
const verified = async (keys: IssuerKeys) =>
  (await jwtVerify(await issuer.sign({ sub: 'someone' }), await keys.of(issuer.url))).payload.sub;

it('fetches the keys once', async () => {
  const keys = new IssuerKeys(guard);
  for (let i = 0; i < 3; i += 1) expect(await verified(keys)).toBe('someone');
  expect(issuer.fetched()).toBe(1);
});

it('fetches the keys again after a rotation', async () => {
  const keys = new IssuerKeys(guard, 0);
  expect(await verified(keys)).toBe('someone');
  await issuer.rotate();
  expect(await verified(keys)).toBe('someone');
  expect(issuer.fetched()).toBe(2);
});

it('limits how often tokens with unknown keys cause a fetch', async () => {
  const keys = new IssuerKeys(guard);
  await verified(keys);
  await issuer.rotate();
  for (let i = 0; i < 3; i += 1) await expect(verified(keys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  expect(issuer.fetched()).toBe(1);
});

it('sends no requests to this machine itself unless loopback is allowed', async () => {
  await expect(new IssuerKeys(addressGuard({ allowLoopback: false })).of(issuer.url)).rejects.toBeInstanceOf(AddressRefused);
});

it('fetches again after a failure', async () => {
  const keys = new IssuerKeys(guard);
  const { url } = issuer;
  await issuer.close();
  await expect(keys.of(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  issuer = await openIssuer();
  expect(await verified(keys)).toBe('someone');
});
