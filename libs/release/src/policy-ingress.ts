import type { PlannedPolicy } from './policy';
import { changeAsked, managedRoutesAfter } from './managed-routes';
import type { RouteMatch } from './policy-matches';

type Fail = (path: readonly (string | number)[], message: string) => void;

const WITH_GATEWAY = 'the router gatewayApi can do it';
const TEXTS = {
  ingress: 'Only the router nginxIngress uses this key: leave it out, or choose that router.',
  route: 'The router nginxIngress uses the key ingress instead of this one.',
  second: `A canary Ingress has one header route at a time: remove the other one first; ${WITH_GATEWAY}.`,
  other: `A canary Ingress can match a header or a cookie, each alone, and no query or method; ${WITH_GATEWAY}.`,
  cookie: `A canary Ingress gets the requests whose cookie is \`always\`: no other value is possible; ${WITH_GATEWAY}.`,
  many: `A canary Ingress can match one header and one cookie; ${WITH_GATEWAY}.`,
};

/** What the policy demands of ingress-nginx must be something that a canary Ingress can express. */
export function checkIngress({ traffic, steps = [] }: PlannedPolicy, fail: Fail): void {
  if (traffic?.router !== 'nginxIngress') {
    for (const key of ['ingress', 'annotationPrefix'] as const) if (traffic?.[key] !== undefined) fail(['traffic', key], TEXTS.ingress);
    return;
  }
  if (traffic.route !== undefined) fail(['traffic', 'route'], TEXTS.route);
  const routes = managedRoutesAfter(steps);
  steps.forEach((step, index) => {
    const change = changeAsked(step);
    if (change?.route?.kind !== 'header') return;
    const at = ['steps', index, change.key];
    if (routes[index]!.filter(({ kind }) => kind === 'header').length > 1) fail(at, TEXTS.second);
    checkMatches(change.route.match, (path, message) => fail([...at, 'match', ...path], message));
  });
}

function checkMatches(matches: readonly RouteMatch[], fail: Fail): void {
  matches.forEach(({ header, cookie, queryParam, method }, index) => {
    if ((queryParam ?? method) !== undefined || (header && cookie)) fail([index], TEXTS.other);
    else if (cookie && cookie.exact !== 'always') fail([index, 'cookie'], TEXTS.cookie);
  });
  for (const key of ['header', 'cookie'] as const) if (matches.filter((match) => match[key]).length > 1) fail([], TEXTS.many);
}
