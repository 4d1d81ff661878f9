import type { KubeObject } from '@alloy/contracts';
import type { Refusal } from '@alloy/release';
import { standing } from '../../fence';
import { markStanding } from '../../routers/mark-standing';
import { markOf } from '../../routers/weighted-route/mark';
import type { RouteShape } from '../../routers/weighted-route/route-format';
import { hasTraffic, isDivisible, servicesNamedBy } from '../../routers/weighted-route/rule-backends';
import { selects } from '../../selects';
import { keyOf } from '../../with-owner';
import { canaryLabel } from './canary-label';
import { kindsText } from './kinds-text';
import { selectorOf } from './selector-of';
import type { FoundTraffic, TrafficQuestion } from './find-traffic';

export interface TrafficChoice extends TrafficQuestion {
  readonly format: RouteShape;
  /** Those that may be in front of the workload, and all objects of their kinds. */
  readonly routes: readonly KubeObject[];
  readonly all: readonly KubeObject[];
  /** Live Services by name. */
  readonly live: ReadonlyMap<string, KubeObject>;
  readonly policies: readonly KubeObject[];
}

/** Longest name of a Service. */
const MAX_NAME = 63;

interface Candidate {
  readonly route: KubeObject;
  readonly service: KubeObject;
}

/** Chooses the only route and Service in front of the workload, or says why there is none. Pure. */
export function chooseTraffic(choice: TrafficChoice): FoundTraffic {
  const { deployment, format, routes, route: name } = choice;
  const labels = deployment.spec.template.metadata?.labels ?? {};
  const found = routes.flatMap((route) =>
    servicesNamedBy(format, route)
      .flatMap((service) => serviceNamed(service, choice) ?? [])
      .filter((service) => selects({ matchLabels: selectorOf(service) }, labels))
      .map((service): Candidate => ({ route, service })),
  );
  const [first, second] = found;
  if (!first) return refusal(...absent(choice));
  if (second) {
    const both = [first, second].map(({ route, service }) => `${route.kind} ${route.metadata.name} with Service ${service.metadata.name}`);
    const workload = `Deployment ${deployment.metadata.name}`;
    return refusal('route_ambiguous', `several routes or Services are in front of ${workload}: ${both.join(', ')}`);
  }
  if (name === undefined || first.route.metadata.name === name) return usable(first, choice);
  return refusal(...absent(choice));
}

function absent({ deployment, format, routes, route: name }: TrafficChoice): [Refusal['code'], string] {
  const workload = deployment.metadata.name;
  if (name !== undefined && routes.length === 0) return ['route_not_found', `there is no ${kindsText(format)} ${name}`];
  if (name !== undefined) {
    return ['route_unsuitable', `${routes[0]!.kind} ${name} has no rule with a Service of Deployment ${workload} as a backend`];
  }
  return ['route_not_found', `no ${kindsText(format)} of the namespace has a Service of Deployment ${workload} as a backend`];
}

/** The Service as the release will find it: that of the bundle only if it does not exist yet. */
const serviceNamed = (name: string, { live, objects }: TrafficChoice): KubeObject | undefined =>
  live.get(name) ?? objects.find((object) => keyOf(object) === `Service/${name}`);

function usable({ route, service }: Candidate, choice: TrafficChoice): FoundTraffic {
  const { name } = service.metadata;
  const canaryService = `${name}-canary`;
  const named = `${route.kind} ${route.metadata.name}`;
  if (canaryService.length > MAX_NAME) {
    return refusal('route_unsuitable', `the name of Service ${name} is too long for ${canaryService}, which the canary's pods need`);
  }
  const taken = choice.live.get(canaryService);
  const isTaken = taken && ['unowned', 'foreign'].includes(standing(taken, choice.owner));
  if (isTaken || choice.objects.some((object) => keyOf(object) === `Service/${canaryService}`)) {
    const text = `Service ${canaryService}, which the canary's pods need, exists, and this project of Alloy has not made it`;
    return refusal('foreign_owner', text);
  }
  if (markStanding(markOf(route, name), choice.owner.fence) === 'foreign') {
    return refusal('foreign_owner', `another installation of Alloy shifts traffic of ${named}`);
  }
  const { rules, format } = choice;
  const backends = { service: name, canaryService, ...(rules && { rules }) };
  const unknown = rules?.find((rule) => !(format.namesOf?.(route) ?? []).includes(rule));
  if (unknown !== undefined) {
    return refusal('route_unsuitable', `${named} has no rule with the name ${unknown}, which the policy names in traffic.rules`);
  }
  if (!hasTraffic(format, route, backends)) {
    const which = rules ? `rule ${rules.join(' or ')}` : 'any rule';
    return refusal('route_unsuitable', `${named} gives Service ${name} no traffic by ${which}`);
  }
  if (!isDivisible(format, route, backends)) {
    return refusal(
      'route_unsuitable',
      `${named} gives Service ${name} a weight below 100 beside other backends, which can't be divided by percent: ` +
        'multiply the weights of the rule',
    );
  }
  const unfitting = [[], ...choice.managed].map((routes) => format.unfit(route, backends, routes)).find(Boolean);
  if (unfitting) return refusal('route_unsuitable', unfitting);
  const label = canaryLabel(service, choice);
  if ('refusal' in label) return label;
  const own = format.own?.planned(route, backends, choice) ?? {};
  if ('refusal' in own) return own;
  const { apiVersion, kind } = route;
  return { traffic: { route: { apiVersion, kind, name: route.metadata.name }, ...backends, label, ...own } };
}

export const refusal = (code: Refusal['code'], text: string): { readonly refusal: Refusal } => ({ refusal: { code, text } });

