import type { TrafficDrift } from '@alloy/release';
import type { LiveTraffic } from '../../live';
import { stableJson } from '../../stable-json';
import { deletedFault, lastWriter, type ReachedTraffic } from '../traffic-fault';
import { pathsOf, rulesFor, type Ingress } from './ingress';
import { shareAnnotations, weightOn } from './share';

/** What is wrong with the Ingresses and the Services of a release by a canary Ingress. Pure. */
export function verifyIngress({ plan, weight, routes }: ReachedTraffic, live: LiveTraffic): readonly TrafficDrift[] {
  const { route, canaryIngress: settings, service, canaryService } = plan;
  if (!route || !settings) return [];
  const [source, ingress] = [live.route as Ingress | null, live.canaryIngress as Ingress | null | undefined];
  const object = { kind: 'Ingress', name: settings.name };
  const fields = ['metadata.annotations'];
  if (!source) return [deletedFault({ kind: 'Ingress', name: route.name }, ['spec.rules'])];
  if (!live.service) return [deletedFault({ kind: 'Service', name: service }, ['spec.selector'])];
  if (!pathsOf(source).some(({ backend }) => backend.service?.name === service)) return [lostPath(source, service)];
  if (!live.canaryService) return [deletedFault({ kind: 'Service', name: canaryService }, ['spec.selector'], true)];
  if (!ingress) return [deletedFault(object, fields, true)];
  const { annotationPrefix: prefix } = settings;
  const found = ingress.metadata.annotations ?? {};
  const wanted = Object.entries(shareAnnotations({ weight, routes, drains: true }, prefix));
  const isSame = wanted.every(([key, value]) => (found[key] ?? null) === value) &&
    stableJson(ingress.spec?.rules ?? []) === stableJson(rulesFor(source, service, canaryService));
  if (isSame) return [];
  const share = weightOn(ingress, prefix);
  const rest = share === weight ? ' with other annotations or rules than those of Alloy' : '';
  return [{
    object, cause: 'rewritten', manager: lastWriter(ingress, fields), expected: `${weight} % for ${canaryService}`,
    found: `${share} % for ${canaryService}${rest}`, fields, canRestore: true,
  }];
}

function lostPath(source: Ingress, service: string): TrafficDrift {
  const fields = ['spec.rules'];
  return {
    object: { kind: 'Ingress', name: source.metadata.name }, cause: 'unusable', manager: lastWriter(source, fields), fields,
    expected: `a path with Service ${service}`, found: 'none', canRestore: false,
  };
}
