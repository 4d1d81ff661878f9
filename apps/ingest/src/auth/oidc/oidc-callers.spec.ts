import type { TokenHolder } from '@alloy/ledger';
import type { Trust } from '@alloy/policy';
import { addressGuard } from '@alloy/service';
import fc from 'fast-check';
import type { JWTPayload } from 'jose';
import { now, openIssuer, type LocalIssuer } from '../../testing/local-issuer';
import { IssuerKeys } from './issuer-keys';
import { OidcCallers } from './oidc-callers';

type Spent = readonly [issuer: string, id: string, expiresAt: number];
let issuer: LocalIssuer;
let spent: Spent[];
let callers: OidcCallers;
beforeAll(async () => {
  issuer = await openIssuer();
});
afterAll(() => issuer?.close());
beforeEach(() => {
  spent = [];
  const trust: Trust = { provider: 'github', issuer: issuer.url, audience: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main' };
  const spend = async (...use: Spent): Promise<boolean> => spent.push(use) > 0;
  callers = new OidcCallers(
    { entries: async () => [{ project: 'shop', environment: 'production', trust }], spend },
    new IssuerKeys(addressGuard({ allowLoopback: true })),
  );
});

const identify = async (claims: JWTPayload): Promise<TokenHolder | undefined> =>
  callers.identify(await issuer.sign({ aud: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main', ...claims }), true);

/** Text that Postgres stores, and a time in the range of Postgres and Date. */
const isStorable = ([, id, expiresAt]: Spent): boolean =>
  typeof id === 'string' && !/\0|\p{Cs}/u.test(id) && new Date(expiresAt * 1_000).getUTCFullYear() < 10_000;

it('accepts a job of a trusted repository', async () =>
  expect(await identify({})).toMatchObject({ account: 'github:acme/shop', projects: ['shop'] }));

it('stores no value that Postgres refuses, for any values of the claims', async () => {
  const claims = ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'repository', 'ref', 'environment'];
  const values = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom<unknown>('a\0b', '\ud800', 1e300, -1e300, 253_402_300_800, 'x'.repeat(5_000)),
  );
  await fc.assert(fc.asyncProperty(fc.dictionary(fc.constantFrom(...claims), values, { minKeys: 1, maxKeys: 2 }), async (change) => {
    spent = [];
    await identify(change as JWTPayload);
    for (const use of spent) expect([use, isStorable(use)]).toEqual([use, true]);
  }), { numRuns: 200 });
});

it('records the use of a token only as long as its age allows its acceptance, even if it expires later', async () => {
  const iat = now();
  await identify({ iat, exp: 253_402_300_799 });
  await identify({ iat, exp: iat + 60 });
  expect(spent.map(([, , until]) => until - iat)).toEqual([86_405, 65]);
});
