import type { TrafficDrift } from '@alloy/release';
import type { LiveTraffic } from '../../live';
import { stableJson } from '../../stable-json';
import { selectorIn } from '../service-selector/selectors';
import { deletedFault, lastWriter, type ReachedTraffic } from '../traffic-fault';
import { foundIn, type Found } from './found';
import type { RouteFormat } from './route-format';
import { servicesNamedBy } from './rule-backends';

/** What is wrong with the route and the Services of a release by weights. Pure. */
export function verify(format: RouteFormat, { plan, weight, routes }: ReachedTraffic, live: LiveTraffic): readonly TrafficDrift[] {
  const found = foundIn(format, { traffic: { ...plan, drainSeconds: 0, routes } }, { traffic: live });
  if (!found) return [];
  const fields = ['spec.rules'];
  const { kind, name } = found.traffic.route;
  if (!found.route) return [deletedFault({ kind, name }, fields)];
  const drifts = [ofService(found, live), ofCanaryService(found), ofWeights(found, weight), ...problemsIn(found)];
  return drifts.filter((drift) => drift !== undefined);
}

const fieldsOf = ({ format, route }: Found): readonly string[] => Object.keys(format.fieldsOf(route!)).map((field) => `spec.${field}`);

/** The workload's Service must exist, be named by the route, and keep out the canary's pods. */
function ofService(found: Found, { service }: LiveTraffic): TrafficDrift | undefined {
  const { traffic, route, format } = found;
  const object = { kind: 'Service', name: traffic.service };
  if (!service) return deletedFault(object, ['spec.selector']);
  if (!servicesNamedBy(format, route!).includes(traffic.service)) {
    const { kind, metadata: { name } } = route!;
    const fields = fieldsOf(found);
    return {
      object: { kind, name }, cause: 'unusable', manager: lastWriter(route!, fields), fields, canRestore: false,
      expected: `a rule with Service ${traffic.service}`, found: 'none',
    };
  }
  const { label } = traffic;
  const value = selectorIn(service)[label.name];
  if (value !== undefined && value !== label.value) return undefined;
  const fields = ['spec.selector'];
  return {
    object, cause: 'unusable', manager: lastWriter(service, fields), fields, canRestore: false,
    expected: `a selector with the label ${label.name} of stable`,
    found: value === undefined ? `a selector without ${label.name}` : `${label.name}: ${value}`,
  };
}

function ofCanaryService({ service, traffic: { canaryService, label } }: Found): TrafficDrift | undefined {
  const object = { kind: 'Service', name: canaryService };
  const fields = ['spec.selector'];
  if (!service) return deletedFault(object, fields, true);
  const value = selectorIn(service)[label.name];
  if (value === label.value) return undefined;
  return {
    object, cause: 'unusable', manager: lastWriter(service, fields), fields, canRestore: false,
    expected: `${label.name}: ${label.value}`, found: value === undefined ? `a selector without ${label.name}` : `${label.name}: ${value}`,
  };
}

/** What a shift would write now. */
function ofWeights(found: Found, weight: number): TrafficDrift | undefined {
  const { format, weights, traffic, route, own, mark } = found;
  const wanted = format.fieldsWith(own!, traffic, weights.shifted(own!, traffic, weight, mark), traffic.routes);
  const isSame = stableJson(format.fieldsOf(route!)) === stableJson(wanted);
  if (isSame && mark) return undefined;
  const { kind, metadata: { name } } = route!;
  const fields = fieldsOf(found);
  const share = weights.reachedBy(own!, traffic);
  const percent = (value: number): string => `${value} % for ${traffic.canaryService}`;
  const rest = share === weight ? ' with other rules than those of Alloy' : '';
  return {
    object: { kind, name }, cause: 'rewritten', manager: lastWriter(route!, fields), fields, canRestore: true,
    expected: percent(weight), found: isSame ? `no annotation of Alloy` : `${percent(share)}${rest}`,
  };
}

/** What the controllers report about the spec that the route has now. */
const problemsIn = ({ format, route }: Found): readonly TrafficDrift[] =>
  (format.problemsIn?.(route!) ?? []).map(({ isRejected, text }) => ({
    object: { kind: route!.kind, name: route!.metadata.name }, cause: isRejected ? 'rejected' : 'reported', manager: null,
    expected: null, found: text, fields: [], canRestore: false,
  }));
