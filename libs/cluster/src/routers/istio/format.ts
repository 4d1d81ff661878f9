import type { NewBackends, RouteFields, RouteFormat } from '../weighted-route/route-format';
import { ruleBackends } from '../weighted-route/rule-backends';
import { PROTOCOLS, renamedHost, rulesIn, serviceIn, type Destination, type VirtualService } from './virtual-service';

const GROUP = 'networking.istio.io';

/** VirtualService: routes for HTTP, TLS and TCP, whose destinations are hosts. */
export const istioFormat: RouteFormat<VirtualService, Destination> = {
  kinds: [{ apiVersions: [`${GROUP}/v1`, `${GROUP}/v1beta1`, `${GROUP}/v1alpha3`], kind: 'VirtualService' }],
  maxWeight: 2 ** 31 - 1,
  // Earlier versions of Istio refuse another sum.
  soleWeight: 100,
  rulesOf: (route) => rulesIn(route).map(({ rule }) => rule.route ?? []),
  namesOf: (route) => rulesIn(route).map(({ rule }) => rule.name),
  serviceOf: ({ destination: { host } }, route) => serviceIn(host, route),
  weightOf: ({ weight }) => weight ?? null,
  defaultWeight: (destinations) => (destinations > 1 ? 0 : 1),
  weighed: ({ weight: _old, ...ref }, weight) => (weight === null ? ref : { ...ref, weight }),
  renamed: (ref, service) =>
    ({ ...ref, destination: { ...ref.destination, host: renamedHost(ref.destination.host, service) } }),
  // It has no condition for it.
  isAccepted: () => true,
  withoutManaged: (route) => route,
  fieldsOf: (route) => fieldsWith(route, new Map()),
  fieldsWith: (own, _backends, changed) => fieldsWith(own, changed),
  unfit(route, backends) {
    const destinations = ruleBackends(istioFormat, route, backends).flatMap(({ stable }) => stable);
    const subset = destinations.find(({ destination }) => destination.subset !== undefined)?.destination.subset;
    return subset === undefined ? undefined
      : `VirtualService ${route.metadata.name} sends traffic to subset ${subset} of Service ${backends.service}, which a DestinationRule ` +
        'defines by labels of pods: name the Service without a subset, since Alloy divides its pods by a Service of its own';
  },
};

/** The lists of rules that the route has, with these destinations. */
function fieldsWith({ spec }: VirtualService, changed: NewBackends<Destination>): RouteFields {
  let index = -1;
  return Object.fromEntries(PROTOCOLS.flatMap((protocol) => {
    const rules = spec?.[protocol]?.map((rule) => {
      index += 1;
      const route = changed.get(index);
      return route ? { ...rule, route } : rule;
    });
    return rules ? [[protocol, rules]] : [];
  }));
}
