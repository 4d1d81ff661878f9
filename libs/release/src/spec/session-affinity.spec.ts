import { affinityRoutes } from '../session-affinity';

const policy = { traffic: { router: 'gatewayApi', sessionAffinity: { cookieName: 'v', maxAge: 600 } } } as const;
const values = (weight: number, releaseId = 'R2') => affinityRoutes({ policy, releaseId, weight }).map(({ to, sets }) => [to, sets?.value]);

it('keeps the users of both versions by values of the release, and those of stable until the weight changes', () => {
  expect(values(20)).toEqual([[undefined, 'alloy.R2.canary'], ['stable', 'alloy.R2.stable.20']]);
  expect(values(50)).toEqual([[undefined, 'alloy.R2.canary'], ['stable', 'alloy.R2.stable.50']]);
  expect(values(20, 'R3')).toEqual([[undefined, 'alloy.R3.canary'], ['stable', 'alloy.R3.stable.20']]);
});

it('sends the requests with the cookie that it sets to the version that sets it', () => {
  for (const { match, sets } of affinityRoutes({ policy, releaseId: 'R2', weight: 20 }))
    expect(match).toEqual([{ cookie: { name: sets!.name, exact: sets!.value } }]);
});

it.each([0, 100])('keeps no user at a weight of %d, at which one version gets all', (weight) => expect(values(weight)).toEqual([]));

it('keeps no user without the key', () => {
  expect(affinityRoutes({ policy: { traffic: { router: 'gatewayApi' } }, releaseId: 'R2', weight: 20 })).toEqual([]);
});
