import type { HeaderRoute } from './managed-routes';
import type { PlannedPolicy } from './policy';

/** Names of the routes that keep users on a version: the steps of a policy must not use them beside it. */
export const affinityNames = ['affinity-canary', 'affinity-stable'] as const;

/** What all values of Alloy's cookies begin with. */
export const COOKIE_PREFIX = 'alloy.';

interface Affinity {
  readonly policy: Pick<PlannedPolicy, 'traffic'>;
  readonly releaseId: string;
  /** Percent of the traffic that the canary gets. */
  readonly weight: number;
}

/**
 * The routes that keep a user on the version that has answered first, as long as both get some of the traffic. The
 * value of the cookie is of the release: that of an earlier one matches nothing. A user of stable is kept until the
 * weight changes, since otherwise a higher weight would concern new users alone.
 */
export function affinityRoutes({ policy: { traffic }, releaseId, weight }: Affinity): readonly HeaderRoute[] {
  if (!traffic?.sessionAffinity || weight <= 0 || weight >= 100) return [];
  const { cookieName: cookie, maxAge } = traffic.sessionAffinity;
  const route = (name: string, part: string): HeaderRoute => {
    const value = `${COOKIE_PREFIX}${releaseId}.${part}`;
    return { kind: 'header', name, match: [{ cookie: { name: cookie, exact: value } }], sets: { name: cookie, value, maxAge } };
  };
  const [canary, stable] = affinityNames;
  return [route(canary, 'canary'), { ...route(stable, `stable.${weight}`), to: 'stable' }];
}
