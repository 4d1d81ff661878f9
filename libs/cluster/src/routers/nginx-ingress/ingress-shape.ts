import type { Refusal } from '@alloy/release';
import { standing } from '../../fence';
import { keyOf } from '../../with-owner';
import type { Backends, Beside, RouteShape } from '../weighted-route/route-format';
import { canaryIngressRef, placesOf, rulesFor, type Ingress, type IngressBackend } from './ingress';
import { isCanary } from './share';

const PREFIX = 'nginx.ingress.kubernetes.io';

/** Ingress: each path has one backend, and Alloy's own Ingress divides its traffic. */
export const ingressShape: RouteShape<Ingress, IngressBackend> = {
  kinds: [{ apiVersions: ['networking.k8s.io/v1'], kind: 'Ingress' }],
  rulesOf: ({ spec }) => [
    ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => [backend])),
    ...(spec?.defaultBackend ? [[spec.defaultBackend]] : []),
  ],
  serviceOf: ({ service }) => service?.name,
  weightOf: () => null,
  // The policy is checked for the matches that the annotations can express.
  unfit: () => undefined,
  own: { isOne: (ingress, { annotationPrefix = PREFIX }) => isCanary(ingress, annotationPrefix), planned },
};

/**
 * The canary Ingress has the name of the canary's Service, because an Ingress may have several Services, whose canaries
 * run at the same time.
 */
function planned(source: Ingress, { service, canaryService: name }: Backends, { all, objects, owner, annotationPrefix = PREFIX }: Beside) {
  const ref = canaryIngressRef({ name });
  const named = `Ingress ${source.metadata.name}`;
  if (source.spec?.defaultBackend?.service?.name === service) {
    const text = `${named} has Service ${service} as its default backend, which no canary can share: give it a rule with the path /`;
    return refusal('route_unsuitable', text);
  }
  const others = all.filter((one) => keyOf(one) !== keyOf(source));
  const taken = others.find(({ metadata }) => metadata.name === name);
  const isTaken = taken && ['unowned', 'foreign'].includes(standing(taken, owner));
  if (isTaken || objects.some((object) => keyOf(object) === `Ingress.networking.k8s.io/${name}`)) {
    return refusal('foreign_owner', `${ref.kind} ${name}, which the canary needs, exists, and this project of Alloy has not made it`);
  }
  const places = placesOf({ ...source, spec: { rules: rulesFor(source, service, name) } });
  for (const other of others.filter((one) => one !== taken && isCanary(one, annotationPrefix))) {
    const place = placesOf(other).find((one) => places.includes(one));
    const text = `Ingress ${other.metadata.name} is the canary of ${place} already, and ingress-nginx has only one: delete it`;
    if (place !== undefined) return refusal('route_unsuitable', text);
  }
  return { canaryIngress: { name, annotationPrefix } };
}

const refusal = (code: Refusal['code'], text: string): { readonly refusal: Refusal } => ({ refusal: { code, text } });
